import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { Parts } from '../services/parts.ts'
import { takeProviderEvent } from '../services/take-provider-event.ts'

const schema = {
  tags: ['payments'],
  operationId: 'takeProviderEvent',
  summary: 'Take an event of the payment provider',
  description: 'For the provider alone, whose `Stripe-Signature` over the body as it was sent is what is checked.',
  headers: Type.Object({
    'stripe-signature': Type.Optional(Type.String({ description: '`t=…,v1=…`; two secrets are good during rotation' })),
  }),
  response: {
    200: Type.Object({ received: Type.Boolean() }, { additionalProperties: false, description: 'Taken, now or earlier' }),
    ...refusals('invalid_signature', 'invalid_request', 'payload_too_large'),
  },
}

/** The provider's events. Signed over the body as it was sent, so this route alone reads it raw. */
export function providerWebhookRoutes(http: App, parts: Parts): void {
  http.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    scope.post('/api/v1/webhooks/payments', { config: { access: 'public' }, schema }, async (request, reply) => {
      const signature = request.headers['stripe-signature']
      const payload = typeof request.body === 'string' ? request.body : ''
      await takeProviderEvent({ payload, signature: typeof signature === 'string' ? signature : '', requestId: request.id }, parts)
      return reply.send({ received: true })
    })
  })
}
