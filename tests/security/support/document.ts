import { Ajv, type ValidateFunction } from 'ajv'
import { PROBLEMS } from '@skyhold/contracts'
import formats from 'ajv-formats'
import { type Answer, send } from './send.ts'

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
  /** The service that answers it, or `gateway`. */
  tag: string
  /** null = anybody. */
  roles: readonly string[] | null
  takesBookingToken: boolean
  parameters: Parameter[]
  body: Schema | null
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>
}

interface Document {
  paths: Record<string, Record<string, RawOperation>>
  components: Record<string, Record<string, unknown>>
  'x-missing-services'?: string[]
}
interface RawOperation {
  tags?: string[]
  security?: Record<string, unknown>[]
  'x-roles'?: string[]
  parameters?: (Partial<Parameter> & { $ref?: string })[]
  requestBody?: { content?: Record<string, { schema?: Schema }>; $ref?: string }
  responses?: Record<string, unknown>
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** The description that the gateway serves, and whether an answer keeps to it. */
export class ApiDocument {
  readonly operations: readonly Operation[]
  readonly #document: Document
  readonly #ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true })
  readonly #validators = new Map<Schema, ValidateFunction>()

  constructor(document: Document) {
    this.#document = document
    formats.default(this.#ajv)
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

  /** What is wrong with an answer: a status that was not declared, another kind of content, a body that is not of its schema. null = nothing. */
  complaint(operation: Operation, { status, headers, text, json }: Answer): string | null {
    const declared = operation.responses[String(status)] ?? (status >= 400 ? operation.responses.default : undefined)
    if (!declared) return `${status} is not declared`
    const type = String(headers['content-type'] ?? '').split(';', 1)[0] ?? ''
    if (status >= 400) return problemComplaint(status, type, json)
    if (text === '')
      return Object.keys(declared.content ?? {}).some((each) => each === 'application/json') ? `${status} without a body` : null
    if (!declared.content) return `${status} has a body, and declares none`
    const content = declared.content[type]
    if (!content) return `${status} is ${type || 'of no type'}, declared is ${Object.keys(declared.content).join()}`
    if (!content.schema || !type.endsWith('json')) return null
    const validate = this.#validatorOf(content.schema)
    return validate(json) ? null : `${status}: ${this.#ajv.errorsText(validate.errors)} in ${text.slice(0, 500)}`
  }

  /** A schema in full: references inside it are replaced by what they name. */
  resolve(value: unknown, depth = 0): unknown {
    if (depth > 40) throw new Error('a schema of the description names itself')
    if (Array.isArray(value)) return value.map((each) => this.resolve(each, depth + 1))
    if (typeof value !== 'object' || value === null) return value
    if ('$ref' in value && typeof value.$ref === 'string') return this.resolve(this.#named(value.$ref), depth + 1)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.resolve(each, depth + 1)]))
  }

  #named(reference: string): unknown {
    const [, components, kind = '', name = ''] = reference.split('/')
    const found = components === 'components' ? this.#document.components[kind]?.[name] : undefined
    if (found === undefined) throw new Error(`the description names ${reference}, which it does not have`)
    return found
  }

  #operationOf(method: string, path: string, raw: RawOperation): Operation {
    const { parameters = [], requestBody, responses = {} } = this.resolve(raw) as RawOperation
    const schema = requestBody?.content?.['application/json']?.schema ?? null
    return {
      key: `${method} ${path}`,
      method,
      path,
      tag: raw.tags?.[0] ?? '',
      roles: raw['x-roles'] ?? null,
      takesBookingToken: (raw.security ?? []).some((each) => 'bookingToken' in each),
      parameters: parameters as Parameter[],
      body: schema,
      responses: responses as Operation['responses'],
    }
  }

  #validatorOf(schema: Schema): ValidateFunction {
    const known = this.#validators.get(schema)
    if (known) return known
    const made = this.#ajv.compile(schema)
    this.#validators.set(schema, made)
    return made
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
