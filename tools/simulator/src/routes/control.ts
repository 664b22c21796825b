import type { App } from '@skyhold/platform'
import { ControlChange, normalControl } from '../services/control.ts'
import type { Provider } from '../services/provider.ts'

const open = { config: { access: 'public' } } as const

/** The door for tests: how badly the provider behaves. Only on this process's own port, which is the loopback unless HOST says otherwise. */
export function controlRoutes(http: App, provider: Provider): void {
  // Cut before anything is read, as a provider that is away would; what was on its way is cut with it.
  http.addHook('onRequest', async (request, reply) => {
    if (!provider.control.down || request.url.startsWith('/_control') || request.url.startsWith('/health/')) return
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
}
