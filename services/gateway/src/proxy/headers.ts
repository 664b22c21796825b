import { randomFillSync } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Headers of one hop (RFC 9110 §7.6.1), and those that only the gateway itself may say to a service. `host` is the service's own. */
const REQUEST_REMOVED = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  // Node has answered it already.
  'expect',
  // The site's session is the gateway's affair; a service gets the token that stands for it.
  'cookie',
  'x-csrf-token',
  'host',
  'forwarded',
  'via',
  'x-real-ip',
  'x-request-id',
  'traceparent',
])
const REQUEST_REMOVED_PREFIXES = ['x-user-', 'x-internal-', 'x-forwarded-', 'proxy-']

/** What a service says to the gateway alone; what the gateway says itself is added to these by the caller. */
const RESPONSE_REMOVED = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'server',
  'x-powered-by',
  'x-request-id',
])

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** What the gateway vouches for towards a service. */
export interface Vouched {
  requestId: string
  address: string
  protocol: string
  host: string
}

/** The headers for a service, as a flat list: the client's own without those of one hop and those that it could pretend with, then the gateway's. */
export function requestHeaders(incoming: IncomingHttpHeaders, vouched: Vouched, hasBody: boolean): string[] {
  const nominated = nominatedBy(incoming.connection)
  const traceparent = traceparentOf(incoming.traceparent)
  const list: string[] = []
  for (const name in incoming) {
    const value = incoming[name]
    if (value === undefined || isRemoved(name) || nominated?.has(name)) continue
    if (!hasBody && name === 'content-length') continue
    // It tells more of the caller's trace, and means nothing beside another one (W3C Trace Context §3.3.1).
    if (name === 'tracestate' && traceparent !== incoming.traceparent) continue
    if (typeof value === 'string') list.push(name, value)
    else for (const one of value) list.push(name, one)
  }
  list.push(
    'x-request-id',
    vouched.requestId,
    'traceparent',
    traceparent,
    'x-forwarded-for',
    vouched.address,
    'x-forwarded-proto',
    vouched.protocol,
    'x-forwarded-host',
    vouched.host,
  )
  return list
}

function isRemoved(name: string): boolean {
  if (REQUEST_REMOVED.has(name)) return true
  const first = name.charCodeAt(0)
  // Only names with an x or a p in front can have one of the prefixes: the others, which are most, are done.
  return (first === 120 || first === 112) && REQUEST_REMOVED_PREFIXES.some((prefix) => name.startsWith(prefix))
}

/** `Connection: x-thing` says that x-thing is meant for this hop only. */
function nominatedBy(connection: string | undefined): Set<string> | null {
  if (!connection || connection === 'keep-alive' || connection === 'close') return null
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}

/** Random bytes are fetched for many ids at once: asking for the few of one costs more than all the rest of these headers. */
const ID_BYTES = 24
const randomPool = Buffer.alloc(ID_BYTES * 256)
let poolOffset = randomPool.length

function randomHex(): string {
  if (poolOffset === randomPool.length) {
    randomFillSync(randomPool)
    poolOffset = 0
  }
  poolOffset += ID_BYTES
  return randomPool.toString('hex', poolOffset - ID_BYTES, poolOffset)
}

/** W3C Trace Context: the caller's if it is valid, else a new one, unsampled. */
export function traceparentOf(given: string | string[] | undefined): string {
  if (typeof given === 'string' && TRACEPARENT.test(given)) return given
  const made = randomHex()
  return `00-${made.slice(0, 32)}-${made.slice(32)}-00`
}

/** The headers for the client, as a flat list: the service's, but what the gateway has said (`own`) wins. `vary` is said by both. */
export function responseHeaders(upstream: IncomingHttpHeaders, own: Record<string, number | string | string[] | undefined>): string[] {
  const nominated = nominatedBy(upstream.connection)
  const list: string[] = []
  for (const name in upstream) {
    const value = upstream[name]
    if (value === undefined || RESPONSE_REMOVED.has(name) || name.startsWith('proxy-') || nominated?.has(name)) continue
    if (own[name] !== undefined && name !== 'vary') continue
    if (typeof value === 'string') list.push(name, value)
    else for (const one of value) list.push(name, one)
  }
  for (const name in own) {
    const value = own[name]
    if (Array.isArray(value)) for (const one of value) list.push(name, one)
    else if (value !== undefined) list.push(name, String(value))
  }
  return list
}
