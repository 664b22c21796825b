import swagger from '@fastify/swagger'
import type { Access, App } from './context.ts'

/** Serves the description of this service's public routes at /openapi.json; the gateway joins those of all services. */
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
      transform: ({ schema, url, route }) => {
        const access = (route as { config?: { access?: Access } }).config?.access
        const hidden = access === 'internal' || (!url.startsWith('/api/') && !url.startsWith('/.well-known/'))
        const security = Array.isArray(access) ? { security: [{ bearer: [] }], 'x-roles': access } : {}
        return { schema: { ...schema, hide: hidden || schema?.hide === true, ...security }, url }
      },
    },
    (error) => {
      if (error) throw error
    },
  )
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => app.swagger())
}
