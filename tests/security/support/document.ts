import { PROBLEMS } from '@skyhold/contracts'
import { assertDeclared } from '@skyhold/testkit'
import { ROUTE_TABLE } from '../../../services/gateway/src/policies/route-table.ts'
import { type Answer, codeOf, send } from './send.ts'
import type { ServiceName } from './skyhold.ts'

export type Schema = Record<string, unknown>

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required: boolean
  schema: Schema
}

/** One call of the API, as the joined description has it. */
export interface Operation {
  /** `POST /api/v1/holds` */
  key: string
  method: string
  /** With `{id}`. */
  path: string
  /** Who answers it. */
  service: ServiceName | 'gateway'
  /** null = anybody. */
  roles: readonly string[] | null
  takesBookingToken: boolean
  parameters: Parameter[]
  body: Schema | null
}

interface Document {
  paths: Record<string, Record<string, RawOperation>>
  components: Record<string, Record<string, unknown>>
  'x-missing-services'?: string[]
}
interface RawOperation {
  security?: Record<string, unknown>[]
  'x-roles'?: string[]
  parameters?: (Partial<Parameter> & { $ref?: string })[]
  requestBody?: { content?: Record<string, { schema?: Schema }>; $ref?: string }
}

/** What is said of an address that is no operation's, or another's that does not take this method. */
const OF_ADDRESSES: ReadonlySet<unknown> = new Set(['not_found', 'method_not_allowed'])
const SERVICE_OF = new Map(ROUTE_TABLE.map(({ method, path, service }) => [`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`, service]))
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** The description that the gateway serves, and whether an answer keeps to it. */
export class ApiDocument {
  readonly operations: readonly Operation[]
  readonly #document: Document

  constructor(document: Document) {
    this.#document = document
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => (item[method] ? [this.#operationOf(method.toUpperCase(), path, item[method])] : [])),
    )
  }

  static async read(baseUrl: string): Promise<ApiDocument> {
    const { status, json } = await send(baseUrl, { method: 'GET', path: '/api/v1/openapi.json' })
    const document = json as Document
    if (status !== 200 || document['x-missing-services']) throw new Error(`the description of the API is not whole: ${status}`)
    return new ApiDocument(document)
  }

  /** A schema in full: references inside it are replaced by what they name. */
  resolve(value: unknown, depth = 0): unknown {
    if (depth > 40) throw new Error('a schema of the description names itself')
    if (Array.isArray(value)) return value.map((each) => this.resolve(each, depth + 1))
    if (typeof value !== 'object' || value === null) return value
    if ('$ref' in value && typeof value.$ref === 'string') return this.resolve(this.#named(value.$ref), depth + 1)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.resolve(each, depth + 1)]))
  }

  /**
   * What is wrong with an answer of an operation: a status, a problem code or a body that the description does not have. null = nothing.
   * `path` is what was sent: where it has come to be another's address, or nobody's, that may be said too.
   */
  complaintAbout(operation: Operation, { status, headers, text, json }: Answer, path: string): string | null {
    if (status >= 400) {
      const type = String(headers['content-type'] ?? '').split(';', 1)[0] ?? ''
      const complaint = problemComplaint(status, type, json)
      if (complaint || (OF_ADDRESSES.has(codeOf({ json })) && !this.#isAt(operation, path))) return complaint
    }
    // The template stands for the address: a hostile one may look like another operation's.
    const url = `http://skyhold.test${operation.path.replaceAll(/\{\w+\}/g, 'x')}`
    try {
      const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
      assertDeclared(operation.method, { url, status, headers: new Headers(sent) }, text)
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** Whether a path, as it was sent, is this operation's: it has its form, and is not the fixed address of another, as /bookings/lookup is. */
  #isAt({ path: template }: Operation, sent: string): boolean {
    const [path = ''] = sent.split('?', 1)
    const form = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return form.test(path) && (path === template || !(path in this.#document.paths))
  }

  #named(reference: string): unknown {
    const [, components, kind = '', name = ''] = reference.split('/')
    const found = components === 'components' ? this.#document.components[kind]?.[name] : undefined
    if (found === undefined) throw new Error(`the description names ${reference}, which it does not have`)
    return found
  }

  #operationOf(method: string, path: string, raw: RawOperation): Operation {
    const { parameters = [], requestBody } = this.resolve({ parameters: raw.parameters, requestBody: raw.requestBody }) as RawOperation
    const key = `${method} ${path}`
    return {
      key,
      method,
      path,
      service: SERVICE_OF.get(key) ?? 'gateway',
      roles: raw['x-roles'] ?? null,
      takesBookingToken: (raw.security ?? []).some((each) => 'bookingToken' in each),
      parameters: parameters as Parameter[],
      body: requestBody?.content?.['application/json']?.schema ?? null,
    }
  }
}

function problemComplaint(status: number, type: string, json: unknown): string | null {
  if (type !== 'application/problem+json') return `${status} is ${type || 'of no type'} and no problem document`
  const problem = json as { code?: string; status?: number; requestId?: string; title?: string; detail?: string }
  const known: readonly [number, string] | undefined = PROBLEMS[problem.code as keyof typeof PROBLEMS]
  if (!known) return `${status} has the unknown code ${String(problem.code)}`
  if (known[0] !== status || problem.status !== status) return `${status} says ${String(problem.code)}, which is ${known[0]}`
  return problem.requestId && problem.title && problem.detail ? null : `${status} lacks a member of a problem document`
}
