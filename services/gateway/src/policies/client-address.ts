import type { IncomingMessage } from 'node:http'
import { isIP, SocketAddress } from 'node:net'
import { networkOf } from '@skyhold/platform/without-database'

/**
 * The address of the client. Each trusted proxy appends the address that it was called from to X-Forwarded-For, so with `n` of them the n-th entry from the end is the last
 * that somebody we trust has written; what stands before it anybody may have made up. With none, only the socket counts.
 * What is no address counts as the last proxy's.
 */
export function clientAddressOf(incoming: IncomingMessage, trustedProxies: number): string {
  const remote = incoming.socket.remoteAddress ?? ''
  if (trustedProxies === 0) return remote
  const chain = [...listOf(incoming.headers['x-forwarded-for']), remote]
  return plainAddress(chain[Math.max(0, chain.length - 1 - trustedProxies)] ?? '') ?? remote
}

const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/

/** Some proxies add the client's port, which is another for each of its connections; IPv6 may be written in many ways and is counted in one. */
function plainAddress(entry: string): string | null {
  const [, inBrackets, beforePort] = WITH_PORT.exec(entry) ?? []
  const address = (inBrackets ?? beforePort ?? entry).split('%', 1)[0] ?? ''
  const family = isIP(address)
  if (family === 0) return null
  return family === 4 ? address : new SocketAddress({ address, family: 'ipv6' }).address
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
