import type { App } from '@skyhold/platform/without-database'
import { ControlChange, normalControl, type Controlled } from '../services/control.ts'

const open = { config: { access: 'public' } } as const

/** The door for fault tests: how badly the mail server behaves. */
export function controlRoutes(http: App, controlled: Controlled): void {
  http.get('/_control', open, async () => controlled.control)

  http.post('/_control', { ...open, schema: { body: ControlChange } }, async (request) => {
    controlled.control = { ...controlled.control, ...request.body }
    return controlled.control
  })

  http.delete('/_control', open, async () => {
    controlled.control = normalControl()
    return controlled.control
  })
}
