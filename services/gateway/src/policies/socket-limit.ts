import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Counter, type Logger, type Metrics } from '@skyhold/platform/without-database'
import type { GatewaySettings } from '../config.ts'
import { limitKeyOf } from './client-address.ts'

/** Who floods the door does not get to flood the log as well. */
const LOG_EVERY_MS = 60_000

/**
 * A connection on which no byte has moved either way for so long is closed: its client reads nothing, and what was written for him would be kept for as long as he likes.
 * It is longer than any service may take to begin its answer, and than the pause between two signs of life on a stream of events. A connection between two requests has a limit of its own.
 */
export const INACTIVITY_MS = 60_000

type SocketSettings = Pick<GatewaySettings, 'SOCKETS_PER_ADDRESS_MAX' | 'TRUSTED_PROXIES' | 'RATE_LIMIT_PER_MINUTE'>

/**
 * Closes the connections that an address opens past its number, before a byte of them is read: each costs memory and a descriptor for as long as its client likes.
 * Behind trusted proxies every connection comes from a proxy, which then has this limit to set; `RATE_LIMIT_PER_MINUTE=0` turns it off with all the others.
 */
export function limitSockets(
  server: Pick<Server, 'on'>,
  settings: SocketSettings,
  { logger, metrics }: { logger: Logger; metrics: Metrics },
): void {
  const refused = new Counter({
    name: 'gateway_sockets_refused_total',
    help: 'Connections closed at once because their address held too many',
    registers: [metrics],
  })
  if (settings.TRUSTED_PROXIES > 0 || settings.RATE_LIMIT_PER_MINUTE === 0) return
  const max = settings.SOCKETS_PER_ADDRESS_MAX
  const open = new Map<string, number>()
  let loggedAtMs = 0

  server.on('connection', (socket: Socket) => {
    const address = limitKeyOf(socket.remoteAddress ?? '')
    const count = open.get(address) ?? 0
    if (count >= max) {
      refused.inc()
      socket.destroy()
      if (Date.now() - loggedAtMs < LOG_EVERY_MS) return
      loggedAtMs = Date.now()
      logger.warn({ address, max }, 'an address holds as many connections as it may; its further ones are closed')
      return
    }
    open.set(address, count + 1)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
  })
}
