import type { App } from '@skyhold/platform/without-database'
import { Type } from 'typebox'
import type { FastifyReply } from 'fastify'
import { DISPUTE_STATUSES } from '../domain/objects.ts'
import { ProviderRefusal } from '../domain/refusal.ts'
import { ControlChange, isAboutPayment, normalControl } from '../services/control.ts'
import { decideDispute, raiseDispute } from '../services/disputes.ts'
import type { Provider } from '../services/provider.ts'

const open = { config: { access: 'public' } } as const

const closed = { additionalProperties: false } as const
const RaiseDispute = Type.Object({ paymentIntent: Type.String(), reason: Type.Optional(Type.String({ maxLength: 64 })) }, closed)
const DecideDispute = Type.Object({ status: Type.Enum(DISPUTE_STATUSES) }, closed)

/** The door for tests: how badly the provider behaves. Only on this process's own port, which is the loopback unless HOST says otherwise. */
export function controlRoutes(http: App, provider: Provider): void {
  // Cut before anything is read, as a provider that is away would; what was on its way is cut with it.
  http.addHook('onRequest', async (request, reply) => {
    if (!provider.control.down || request.url.startsWith('/_control') || request.url.startsWith('/health/')) return
    if (isAboutPayment(request)) provider.met.cut += 1
    reply.hijack()
    request.raw.socket.destroy()
  })

  http.get('/_control', open, async () => provider.control)

  http.post('/_control', { ...open, schema: { body: ControlChange } }, async (request) => {
    provider.control = { ...provider.control, ...request.body }
    return provider.control
  })

  http.delete('/_control', open, async () => {
    provider.control = normalControl()
    return provider.control
  })

  http.get('/_control/met', open, async () => ({ ...provider.met, webhooksWaiting: provider.deliveries.countWaiting().waiting }))

  /** Commits the work; an id that leads nowhere is answered as `/v1` does. */
  const commit = async <T>(work: () => T, reply: FastifyReply) => {
    try {
      return await provider.store.commit(work)
    } catch (error) {
      if (!(error instanceof ProviderRefusal)) throw error
      return reply.code(error.status).send({ error: error.error })
    }
  }

  http.post('/_control/disputes', { ...open, schema: { body: RaiseDispute } }, (request, reply) =>
    commit(() => raiseDispute(provider, request.body), reply),
  )

  http.post(
    '/_control/disputes/:id',
    { ...open, schema: { params: Type.Object({ id: Type.String() }), body: DecideDispute } },
    (request, reply) => commit(() => decideDispute(provider, request.params.id, request.body.status), reply),
  )
}
