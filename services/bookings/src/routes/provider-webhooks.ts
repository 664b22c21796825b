import type { App } from '@skyhold/platform'
import type { Parts } from '../services/parts.ts'
import { takeProviderEvent } from '../services/take-provider-event.ts'

/** The provider's events. Signed over the body as it was sent, so this route alone reads it raw. */
export function providerWebhookRoutes(http: App, parts: Parts): void {
  http.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    scope.post('/api/v1/webhooks/payments', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
      const signature = request.headers['stripe-signature']
      const payload = typeof request.body === 'string' ? request.body : ''
      await takeProviderEvent({ payload, signature: typeof signature === 'string' ? signature : '', requestId: request.id }, parts)
      return reply.send({ received: true })
    })
  })
}
