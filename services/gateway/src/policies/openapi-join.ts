import { Problem, PROBLEMS } from '@skyhold/contracts'
import type { OwnRoute } from './own-routes.ts'
import type { Method, RouteRule, ServiceName } from './route-table.ts'

type Json = Record<string, unknown>

/** What is read of a description; the rest passes through. */
export interface OpenApi {
  paths?: Record<string, Json>
  components?: Record<string, Record<string, unknown>>
}

export interface JoinOptions {
  table: readonly RouteRule[]
  /** What the gateway answers itself. */
  own?: readonly OwnRoute[]
  publicUrl: string
  /** null = the service could not be asked. */
  descriptions: ReadonlyMap<ServiceName, OpenApi | null>
}

const DESCRIPTION = `Every seat sold once, every card charged once.

Errors are RFC 9457 \`application/problem+json\`; \`code\` is what programs read. Calls that change something take an \`Idempotency-Key\`.
Limits are told in \`RateLimit-Policy\` and \`RateLimit\` (draft-ietf-httpapi-ratelimit-headers-11).`

/** One OpenAPI 3.1 document of the calls that the gateway lets through, in the order of its table, from what each service says of its own. */
export function joinOpenApi({ table, own: ownRoutes = [], publicUrl, descriptions }: JoinOptions): Json {
  const components: Record<string, Record<string, unknown>> = {
    schemas: { Problem },
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of POST /api/v1/auth/login' },
      bookingToken: {
        type: 'http',
        scheme: 'bearer',
        description: 'The `bkt_…` token of POST /api/v1/bookings/lookup, good for that booking',
      },
    },
    headers: rateHeaders,
    responses: problemResponses,
  }
  const own = new Map([...descriptions].map(([service, description]) => [service, description && adopt(service, description, components)]))
  const paths: Record<string, Json> = {}
  for (const rule of table) {
    const path = openApiPath(rule.path)
    const item = own.get(rule.service)?.paths?.[path]
    const operation = item?.[rule.method.toLowerCase()]
    if (isObject(operation)) paths[path] = { ...paths[path], ...sharedOf(item), [rule.method.toLowerCase()]: asPublic(operation, rule) }
  }
  for (const route of ownRoutes)
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: asPublic(operationOf(route), { ...route, service: 'gateway' }),
    }
  const missing = [...descriptions].filter(([, description]) => !description).map(([service]) => service)
  return {
    openapi: '3.1.0',
    info: { title: 'Skyhold', version: '1', description: DESCRIPTION },
    servers: [{ url: publicUrl }],
    tags: [...descriptions.keys(), ...(ownRoutes.length ? ['gateway'] : [])].map((name) => ({ name })),
    paths,
    components,
    ...(missing.length ? { 'x-missing-services': missing } : {}),
  }
}

/** `/flights/:id` as OpenAPI writes it. */
export const openApiPath = (path: string) => path.replace(/:(\w+)/g, '{$1}')

/** Members of a path item that all its methods share. */
const sharedOf = (item: Json | undefined): Json =>
  Object.fromEntries(Object.entries(item ?? {}).filter(([name]) => name === 'parameters' || name === 'summary'))

const operationOf = ({ summary, answer }: OwnRoute): Json => ({
  summary,
  responses: { 200: { description: 'Default Response', content: { 'application/json': { schema: answer } } } },
})

/** An operation with what the gateway adds: who may call, and the answers that come from the door and not from the service. */
function asPublic(
  operation: Json,
  { access, bookingToken, rate, service }: Pick<RouteRule, 'access' | 'bookingToken' | 'rate'> & { service: string },
): Json {
  const given = isObject(operation.responses) ? operation.responses : {}
  const codes = [...(access === 'public' ? [] : ['401', '403']), ...(rate === 'none' ? [] : ['429']), '503', '504']
  const added = Object.fromEntries(
    codes.filter((code) => !(code in given)).map((code) => [code, { $ref: `#/components/responses/Problem${code}` }]),
  )
  const security = access === 'public' ? [] : [{ bearer: [] }, ...(bookingToken ? [{ bookingToken: [] }] : [])]
  return {
    ...operation,
    tags: [service],
    security,
    ...(access === 'public' ? {} : { 'x-roles': access }),
    'x-rate-limit-class': rate,
    responses: { ...given, ...added, default: given.default ?? { $ref: '#/components/responses/Problem' } },
  }
}

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
const rateHeaders = {
  RateLimitPolicy: { description: 'The tightest limit, as in `"user";q=300;w=60`', schema: { type: 'string' } },
  RateLimit: { description: 'What is left of it, as in `"user";r=299;t=60`', schema: { type: 'string' } },
  RetryAfter: { description: 'Whole seconds after which another try makes sense', schema: { type: 'integer' } },
}
const retryAfter = { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }
const limits = {
  'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
  RateLimit: { $ref: '#/components/headers/RateLimit' },
}
const problemResponses = {
  Problem: { description: 'A refusal or a failure', content: problemContent },
  Problem401: {
    description: PROBLEMS.unauthenticated[1],
    headers: { 'WWW-Authenticate': { schema: { type: 'string' } } },
    content: problemContent,
  },
  Problem403: { description: PROBLEMS.forbidden[1], content: problemContent },
  Problem429: { description: PROBLEMS.rate_limited[1], headers: { ...limits, ...retryAfter }, content: problemContent },
  Problem503: { description: PROBLEMS.unavailable[1], headers: retryAfter, content: problemContent },
  Problem504: { description: PROBLEMS.gateway_timeout[1], content: problemContent },
}

/** Moves the components of a service into the joined ones. A name that another service uses for something else gets the service's in front, and references follow. */
function adopt(service: ServiceName, description: OpenApi, into: Record<string, Record<string, unknown>>): OpenApi {
  const renamed = new Map<string, string>()
  for (const [kind, members] of Object.entries(description.components ?? {})) {
    if (kind === 'securitySchemes') continue
    for (const [name, value] of Object.entries(members)) {
      const present = into[kind]?.[name]
      if (present !== undefined && !isSame(present, value)) renamed.set(`#/components/${kind}/${name}`, `${capital(service)}${name}`)
    }
  }
  const adopted = withReferences(description, renamed) as OpenApi
  for (const [kind, members] of Object.entries(adopted.components ?? {})) {
    if (kind === 'securitySchemes') continue
    const target = (into[kind] ??= {})
    for (const [name, value] of Object.entries(members)) target[renamed.get(`#/components/${kind}/${name}`) ?? name] ??= value
  }
  return adopted
}

function withReferences(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (renamed.size === 0) return value
  if (Array.isArray(value)) return value.map((one) => withReferences(one, renamed))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (key !== '$ref' || typeof one !== 'string') return [key, withReferences(one, renamed)]
      const name = renamed.get(one)
      return [key, name ? `${one.slice(0, one.lastIndexOf('/'))}/${name}` : one]
    }),
  )
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** Methods by path as OpenAPI writes them; for tests that compare the table with the document. */
export const operationsOf = (document: OpenApi): { method: Method; path: string }[] =>
  Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => ['get', 'post', 'put', 'patch', 'delete'].includes(key))
      .map((method) => ({ method: method.toUpperCase() as Method, path })),
  )
