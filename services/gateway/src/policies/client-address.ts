import type { IncomingMessage } from 'node:http'
import { isIP, SocketAddress } from 'node:net'

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

/** What limits count by: an IPv4 address, or the /64 that an IPv6 subscriber has to himself, so that he cannot take a new address for every call. */
export function limitKeyOf(address: string): string {
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  const [head = '', tail] = address.split('::', 2)
  const groups = head ? head.split(':') : []
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail ? tail.split(':').length : 0)
  return [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ? tail.split(':') : [])].slice(0, 4).join(':')
}

const listOf = (header: string | string[] | undefined): string[] =>
  (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
