import swagger from '@fastify/swagger'
import type { ProblemCode } from '@skyhold/contracts'
import type { FastifySchema } from 'fastify'
import type { Access, App } from './context.ts'
import { codesOf, refusals } from './refusals.ts'

interface DescribedRoute {
  method: string | string[]
  config?: { access?: Access; bookingToken?: true }
}

/** Serves the description of this service's public routes at /openapi.json; the contract is joined from those of all services. */
export function describeApi(app: App, service: string): void {
  // Called and not registered: a registered plugin loads only when the app starts, and would not see the routes that are added before.
  swagger(
    app,
    {
      openapi: {
        openapi: '3.1.0',
        info: { title: `Skyhold ${service}`, version: '1' },
        components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      },
      convertConstToEnum: false,
      transform: ({ schema, url, route }) => {
        const described = route as DescribedRoute
        const { access } = described.config ?? {}
        const isHidden = access === 'internal' || schema?.hide === true || (!url.startsWith('/api/') && !url.startsWith('/.well-known/'))
        if (isHidden) return { schema: { ...schema, hide: true }, url }
        const security = Array.isArray(access) ? { security: [{ bearer: [] }] } : {}
        return { schema: { ...schema, response: withUsualRefusals(schema ?? {}, described), ...security }, url }
      },
    },
    (error) => {
      if (error) throw error
    },
  )
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => app.swagger())
}

/** The responses of a route with the refusals that follow from what it takes and who may call it, so that no route has to list them. */
function withUsualRefusals(schema: FastifySchema, route: DescribedRoute): Record<string, unknown> {
  const given = Object.entries((schema.response ?? {}) as Record<string, unknown>)
  const declared = given.flatMap(([, response]) => codesOf(response) ?? [])
  const answers = given.filter(([, response]) => codesOf(response) === null)
  return { ...Object.fromEntries(answers), ...refusals(...declared, ...usualCodes(schema, route)) }
}

function usualCodes(schema: FastifySchema, { method, config: { access } = {} }: DescribedRoute): ProblemCode[] {
  const takesKey = 'idempotency-key' in ((schema.headers as { properties?: object } | undefined)?.properties ?? {})
  // A body is read where one may come, whether or not the route has a use for it.
  const mayHaveBody = [method].flat().some((each) => each !== 'GET' && each !== 'HEAD')
  return [
    'invalid_request',
    'headers_too_large',
    ...(mayHaveBody ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...(takesKey ? (['idempotency_key_required', 'idempotency_key_reused', 'request_in_progress'] as const) : []),
    ...(Array.isArray(access) ? (['unauthenticated', 'invalid_token', 'forbidden'] as const) : []),
    'internal_error',
    'unavailable',
  ]
}
