import type { ProblemCode } from '@skyhold/contracts'
import { codesOf } from '@skyhold/platform/without-database'
import { headersOfAnswer, isLocated, sharedHeaders } from './openapi-headers.ts'
import { withExamples } from './openapi-examples.ts'
import { withNamedSchemas } from './openapi-names.ts'
import { byStatus, problemResponse, problemSchema, withSharedRefusals } from './openapi-problems.ts'
import { sharedParameter, sharedParameters } from './openapi-parameters.ts'
import type { OwnRoute } from './own-routes.ts'
import { beginsPurchase, type Method, type RouteRule, type ServiceName } from './route-table.ts'

type Json = Record<string, unknown>

/** What is read of a service's description; the rest passes through. */
export interface OpenApi {
  paths?: Record<string, Json>
}

export interface JoinOptions {
  table: readonly RouteRule[]
  /** What the gateway answers itself. */
  own?: readonly OwnRoute[]
  descriptions: ReadonlyMap<ServiceName, OpenApi>
}

const DESCRIPTION = `Every seat sold once, every card charged once.

Errors are RFC 9457 \`application/problem+json\`; \`code\` is what programs read. Calls that hold seats, book, pay, cancel or resolve a booking, or refund need an \`Idempotency-Key\`; each of them says so.
Every answer has an \`X-Request-Id\`, by which its request is found in all logs: the one that you send, where it is 1 to 64 letters, digits, \`.\`, \`_\` and \`-\`, else a new one.
A \`traceparent\` that you send (W3C Trace Context) goes on to the services and into the events of what you do; without a valid one a trace begins at the gateway.
Limits are told in \`RateLimit-Policy\` and \`RateLimit\` (draft-ietf-httpapi-ratelimit-headers-11).

The events behind the calls are described at [/api/v1/asyncapi.json](/api/v1/asyncapi.json) (AsyncAPI 3.0).`

/** One OpenAPI 3.1 document of the calls that the gateway lets through, in the order of its table, from what each service says of its own. Throws for a call of the table that its service does not describe. */
export function joinOpenApi({ table, own = [], descriptions }: JoinOptions): Json {
  const paths: Record<string, Json> = {}
  const add = (path: string, method: Method, operation: Json) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  for (const rule of table) {
    const path = openApiPath(rule.path)
    const item = descriptions.get(rule.service)?.paths?.[path]
    const operation = item?.[rule.method.toLowerCase()]
    if (!isObject(operation)) throw new Error(`${rule.service} does not describe ${rule.method} ${path}`)
    const isPurchase = beginsPurchase(rule)
    // The door looks at the length before anything else, whether or not the method has a use for a body.
    const codes: ProblemCode[] = ['payload_too_large', ...(isPurchase ? (['waiting_room'] as const) : [])]
    const isVersioned = hasVersion(operation) || (rule.method === 'GET' && hasVersion(item?.patch))
    add(path, rule.method, asPublic(isPurchase ? withPlaces(operation) : operation, { ...rule, codes, hasVersion: isVersioned }))
  }
  for (const route of own) add(openApiPath(route.path), route.method, asPublic(operationOf(route), route))
  const shared = withSharedRefusals(paths)
  const { document, schemas } = withNamedSchemas({ paths: shared.paths })
  const shown = withExamples(document.paths as Record<string, Json>)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Skyhold',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/', description: 'The gateway that serves this document' }],
    tags: tagsOf(paths),
    paths: shown.paths,
    components: {
      schemas: { Problem: problemSchema, ...schemas },
      responses: shared.responses,
      parameters: sharedParameters,
      headers: sharedHeaders,
      examples: shown.examples,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of POST /api/v1/auth/login' },
        bookingToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The `bkt_…` token of POST /api/v1/bookings/lookup, good for that booking',
        },
        sessionCookie: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-skyhold_session',
          description: "The site's session, opened by POST /api/v1/auth/cookie-session; without `__Host-` in development",
        },
        csrfToken: {
          type: 'apiKey',
          in: 'header',
          name: 'X-CSRF-Token',
          description: 'The token of GET /api/v1/auth/csrf; needed beside the cookie by what changes something',
        },
      },
    },
  }
}

/** `/flights/:id` as OpenAPI writes it. */
const openApiPath = (path: string) => path.replace(/:(\w+)/g, '{$1}')

/** What a call that is no GET may refuse of its body before it has looked at it, whether or not it has a use for one. */
const BODY_CODES = ['payload_too_large', 'unsupported_media_type'] as const

const operationOf = ({
  method,
  operationId,
  tag,
  summary,
  description,
  parameters,
  body,
  status = 200,
  answer,
  codes = [],
}: OwnRoute): Json => ({
  operationId,
  tags: [tag],
  summary,
  ...(description ? { description } : {}),
  ...(parameters ? { parameters } : {}),
  ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
  responses: {
    [status]: { description: 'Default Response', ...(answer ? { content: { 'application/json': { schema: answer } } } : {}) },
    ...Object.fromEntries(
      [...byStatus(['invalid_request', 'internal_error', ...(method === 'GET' ? [] : BODY_CODES), ...codes])].map(([each, listed]) => [
        each,
        problemResponse(listed),
      ]),
    ),
  },
})

/** An operation with what the gateway adds: who may call, and the refusals that come from the door and not from the service. */
function asPublic(
  operation: Json,
  rule: Pick<RouteRule, 'method' | 'access' | 'bookingToken' | 'rate'> & { codes?: readonly ProblemCode[]; hasVersion?: boolean },
): Json {
  const { access, rate } = rule
  const given = Object.entries(isObject(operation.responses) ? operation.responses : {})
  const answers = given.filter(([, response]) => codesOf(response) === null)
  const codes = [...given.flatMap(([, response]) => codesOf(response) ?? []), ...(rule.codes ?? []), ...doorCodes(rule)]
  const parameters = Array.isArray(operation.parameters) ? operation.parameters.map(sharedParameter) : []
  const kind = {
    isLimited: rate !== 'none',
    takesKey: parameters.some(({ $ref }) => $ref === '#/components/parameters/IdempotencyKey'),
    hasVersion: rule.hasVersion ?? false,
  }
  const { responses: _responses, parameters: _parameters, description, ...others } = operation
  return {
    ...others,
    description: [...(typeof description === 'string' ? [description] : []), whoMayCall(rule)].join('\n\n'),
    ...(access === 'public' ? {} : { 'x-roles': access }),
    'x-rate-limit-class': rate,
    security: securityOf(rule),
    ...(parameters.length ? { parameters } : {}),
    responses: {
      ...Object.fromEntries(
        answers.map(([status, response]) => {
          const hasLocation = isLocated(String(operation.operationId), status)
          return [status, { ...described(status, response as Json, hasLocation), ...headersOfAnswer({ status, hasLocation, ...kind }) }]
        }),
      ),
      ...Object.fromEntries([...byStatus(codes)].map(([status, listed]) => [status, problemResponse(listed)])),
    },
  }
}

/** Whether what it answers has an ETag: it may be 304, or needs If-Match. */
function hasVersion(operation: unknown): boolean {
  if (!isObject(operation)) return false
  const parameters = Array.isArray(operation.parameters) ? (operation.parameters as Json[]) : []
  return parameters.some(({ name }) => name === 'if-match') || (isObject(operation.responses) && '304' in operation.responses)
}

/** A purchase may have to wait for its turn. */
const withPlaces = (operation: Json): Json => ({
  ...operation,
  parameters: [
    ...(Array.isArray(operation.parameters) ? (operation.parameters as unknown[]) : []),
    {
      name: 'Waiting-Room-Place',
      in: 'header',
      description: 'The admitted place in line of each flight that has a line, in a comma list',
      schema: { type: 'string' },
    },
  ],
})

/** What the gateway itself refuses with, beside what the service says. */
const doorCodes = ({ access, rate }: Pick<RouteRule, 'access' | 'rate'>): ProblemCode[] => [
  'headers_too_large',
  ...(access === 'public' ? [] : (['unauthenticated', 'invalid_token', 'forbidden', 'csrf_failed'] as const)),
  ...(rate === 'none' ? [] : (['rate_limited'] as const)),
  'bad_gateway',
  'unavailable',
  'gateway_timeout',
]

/** What proves who calls: a token, or the site's cookie, which needs the token of its pages where something is changed. */
function securityOf({ method, access, bookingToken }: Pick<RouteRule, 'method' | 'access' | 'bookingToken'>): Json[] {
  if (access === 'public') return []
  const cookie = { sessionCookie: [], ...(method === 'GET' ? {} : { csrfToken: [] }) }
  return [{ bearer: [] }, ...(bookingToken ? [{ bookingToken: [] }] : []), cookie]
}

function whoMayCall({ access, bookingToken }: Pick<RouteRule, 'access' | 'bookingToken'>): string {
  if (access === 'public') return 'Open to everyone.'
  const roles = `For ${access.map((role) => `\`${role}\``).join(', ')}.`
  return bookingToken ? `${roles} The token of a look-up opens it too, for its booking.` : roles
}

const DONE: Record<string, string> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted; ask again for how it ends',
  204: 'Done; there is nothing to say',
  304: 'Unchanged since the tag in `If-None-Match`',
}
const described = (status: string, response: Json, hasLocation: boolean): Json =>
  response.description === 'Default Response'
    ? { ...response, description: `${DONE[status] ?? 'Done'}${hasLocation && status === '201' ? '; `Location` says where' : ''}` }
    : response

const TAGS: Record<string, string> = {
  auth: 'Accounts, sessions and tokens',
  me: "The caller's own account",
  users: 'All accounts, for administrators',
  airports: 'Where flights go',
  aircraft: 'What they fly with',
  schedules: 'The timetable that flights are made from',
  flights: 'Search, seats, and the airline’s changes',
  holds: 'Seats kept for a while: the first request wins',
  bookings: 'What a hold becomes',
  payments: 'One charge, whatever the number of tries',
  cancellations: 'A quote, then the act',
  refunds: 'Money on its way back',
  notifications: 'E-mails',
  operations: 'For those who run the system',
  'waiting-room': 'The line at the opening of a sale',
}
function tagsOf(paths: Record<string, Json>): Json[] {
  const used = new Set(
    Object.values(paths).flatMap((item) => Object.values(item).flatMap((operation) => (operation as { tags?: string[] }).tags ?? [])),
  )
  return [...used].map((name) => ({ name, ...(TAGS[name] ? { description: TAGS[name] } : {}) }))
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
