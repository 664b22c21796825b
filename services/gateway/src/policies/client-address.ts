import type { IncomingMessage } from 'node:http'
import { networkOf } from '@skyhold/platform'

/**
 * The address of the client. Each trusted proxy appends the address that it was called from to X-Forwarded-For, so with `n` of them the n-th entry from the end is the last
 * that somebody we trust has written; what stands before it anybody may have made up. With none, only the socket counts.
 */
export function clientAddressOf(incoming: IncomingMessage, trustedProxies: number): string {
  const remote = incoming.socket.remoteAddress ?? ''
  if (trustedProxies === 0) return remote
  const chain = [...listOf(incoming.headers['x-forwarded-for']), remote]
  return chain[Math.max(0, chain.length - 1 - trustedProxies)] ?? remote
}

/** `http` or `https` as the client has spoken it, and the host that it asked for. */
export function clientOriginOf(incoming: IncomingMessage, trustedProxies: number): { protocol: string; host: string } {
  const direct = { protocol: 'encrypted' in incoming.socket ? 'https' : 'http', host: incoming.headers.host ?? '' }
  if (trustedProxies === 0) return direct
  const protocol = listOf(incoming.headers['x-forwarded-proto']).at(-1)
  return {
    protocol: protocol === 'http' || protocol === 'https' ? protocol : direct.protocol,
    host: listOf(incoming.headers['x-forwarded-host']).at(-1) ?? direct.host,
  }
}

/** What limits count by: whoever has a /64 of IPv6 to himself must not take a new address for every call. */
export const limitKeyOf = networkOf

const listOf = (header: string | string[] | undefined): string[] =>
  (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
