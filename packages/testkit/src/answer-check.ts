import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

interface Media {
  /** Of a stream of events: what each holds, by its name. */
  schema?: object & { contentSchema?: { properties: Record<string, object> } }
}
interface Response {
  $ref?: string
  headers?: Record<string, unknown>
  content?: Record<string, Media>
}
interface Operation {
  operationId: string
  responses: Record<string, Response>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, Response>; schemas: Record<string, object> }
}

/** What is looked at of an answer of `fetch`. */
export type AnswerHead = Pick<globalThis.Response, 'url' | 'status' | 'headers'>

const DOCUMENT_ID = 'skyhold'
/** What the gateway, or a service, answers for an address or a method that is in no document, also to those who ask too often. */
const NOWHERE = new Set([404, 405, 429])
/** By HTTP these have no body. */
const BODILESS = new Set([204, 304])

/** The formats of JSON Schema that the contract uses, or may; one that is missing here fails to compile. */
const FORMATS = {
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  'date-time': (text: string) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
  email: /^[^\s@]+@[^\s@]+$/,
  uri: (text: string) => URL.canParse(text),
}

let loaded: { document: Document; ajv: Ajv2020; paths: [RegExp, string][] } | undefined
const validators = new Map<string, ValidateFunction>()

/**
 * Throws unless `openapi/skyhold.json` declares the answer: its status, its content type, its problem code and every member of its body.
 * Calls outside the public API (health, internal ones) are not looked at.
 */
export function assertDeclared(method: string, answer: AnswerHead, text: string): void {
  const path = new URL(answer.url).pathname
  if (!path.startsWith('/api/v1/') || path.endsWith('api.json')) return
  const reason = reasonAgainst({ method, path, answer, text })
  if (reason) throw new Error(`${method} ${path} answered ${answer.status}: ${reason}\n${text.slice(0, 2_000)}`)
}

/** Throws unless the document declares this event of a stream: its name, and every member of its data. `text` is one event as it came, without the empty line at its end. */
export function assertEventDeclared(answer: AnswerHead, text: string): void {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]
  const data = field('data')
  // A comment keeps the connection alive.
  if (data === undefined) return
  const { operation } = operationOf('get', new URL(answer.url).pathname)
  const event = field('event') ?? 'message'
  const schema = operation?.responses['200']?.content?.['text/event-stream']?.schema?.contentSchema?.properties[event]
  if (!operation || !schema) throw new Error(`${answer.url} sent an event ${event}, which openapi/skyhold.json does not declare`)
  const reason = reasonAgainstBody(`${operation.operationId} ${event}`, schema, JSON.parse(data))
  if (reason) throw new Error(`${answer.url} sent an event ${event}: ${reason}`)
}

interface Looked {
  method: string
  path: string
  answer: AnswerHead
  text: string
}

function reasonAgainst({ method, path, answer: { status, headers }, text }: Looked): string | null {
  const { document } = contract()
  const { operation, verb } = operationOf(method, path)
  if (!operation) return NOWHERE.has(status) || verb === 'options' ? null : 'the call is not in openapi/skyhold.json (npm run contract)'
  const given = operation.responses[String(status)]
  const response = given?.$ref ? document.components.responses[given.$ref.split('/').at(-1) ?? ''] : given
  if (!response) return `${operation.operationId} does not declare this status`
  const reason = status < 300 ? reasonAgainstHeaders(response.headers ?? {}, headers) : null
  if (reason) return `${operation.operationId} ${reason}`
  if (method.toLowerCase() === 'head' || BODILESS.has(status))
    return text === '' ? null : `${operation.operationId} has a body, where HTTP has none`
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim() ?? 'none'
  if (text === '') return reasonAgainstNoBody(operation, response, type)
  const schema = response.content?.[type]?.schema
  if (!schema) return `${operation.operationId} does not declare a body of type ${type}`
  return type.endsWith('json') ? reasonAgainstBody(`${operation.operationId} ${status}`, schema, JSON.parse(text)) : null
}

/** Of a stream without an end the head alone may have been read. */
function reasonAgainstNoBody({ operationId }: Operation, { content = {} }: Response, type: string): string | null {
  return Object.keys(content).length === 0 || (type === 'text/event-stream' && type in content)
    ? null
    : `${operationId} declares a body, which is not sent`
}

/** Who made something, or has it made, is told where it is read, if the document says so and only then. */
function reasonAgainstHeaders(declared: Record<string, unknown>, sent: AnswerHead['headers']): string | null {
  if ('Location' in declared && !sent.has('location')) return 'declares a Location, which is not sent'
  const undeclared = ['Location', 'Retry-After'].filter((name) => sent.has(name) && !(name in declared))
  return undeclared.length ? `does not declare ${undeclared.join(' and ')}` : null
}

function operationOf(method: string, path: string): { operation: Operation | undefined; verb: string } {
  const { document, paths } = contract()
  const template = paths.find(([pattern]) => pattern.test(path))?.[1]
  // Fastify answers HEAD wherever there is a GET.
  const verb = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase()
  return { operation: template === undefined ? undefined : document.paths[template]?.[verb], verb }
}

function reasonAgainstBody(name: string, schema: object, body: unknown): string | null {
  const { ajv } = contract()
  let validate = validators.get(name)
  if (!validate) {
    // References lead into the document, so the schema is compiled as if it stood there.
    validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', `"${DOCUMENT_ID}#/components`)) as object)
    validators.set(name, validate)
  }
  if (validate(body)) return null
  return `${name.split(' ')[0] ?? ''} declares another body: ${ajv.errorsText(validate.errors, { dataVar: 'body' })} (${JSON.stringify(validate.errors?.map(({ params }) => params))})`
}

function contract() {
  if (loaded) return loaded
  const document = JSON.parse(readFileSync(new URL('../../../openapi/skyhold.json', import.meta.url), 'utf8')) as Document
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS })
  ajv.addSchema({ $id: DOCUMENT_ID, components: document.components })
  // A path without a parameter goes before one with: /bookings/lookup is no booking.
  const templates = Object.keys(document.paths).sort((a, b) => a.split('{').length - b.split('{').length)
  const paths = templates.map((template): [RegExp, string] => [new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`), template])
  loaded = { document, ajv, paths }
  return loaded
}
