import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { HTTP_LIMITS, Refusal } from '@skyhold/platform/without-database'

/** A body with neither length nor chunks is none (RFC 9112 §6.3). */
export const hasBody = ({ method, headers }: IncomingMessage): boolean =>
  method !== 'GET' && method !== 'HEAD' && (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0')

/** Refuses by Content-Length alone, before a byte is read. */
export function assertLengthAllowed({ headers }: IncomingMessage): void {
  if (Number(headers['content-length'] ?? 0) > HTTP_LIMITS.bodyBytes) throw tooLarge()
}

export const tooLarge = () =>
  new Refusal('payload_too_large', { detail: `The body is larger than the ${HTTP_LIMITS.bodyBytes / 1024} KiB that a call takes.` })

/**
 * The whole body, where it has come along with the headers, as small ones do: it leaves in one write with the head and needs no stream (a fifth of the cost of a POST).
 * Nothing is waited for; null means that there is more to come, or that nobody can say.
 */
export function arrivedBody(incoming: IncomingMessage): Buffer | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  if (encoding !== undefined || length === undefined || incoming.readableLength !== Number(length)) return null
  const body: unknown = incoming.read()
  return body instanceof Buffer ? body : null
}

/** A body that comes right behind its head is waited for so long. */
const ARRIVAL_MS = 1_000

/** Whether all of it fits in what is kept unread. */
export const mayArriveWhole = ({ headers, readableHighWaterMark }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? Infinity) <= readableHighWaterMark

/**
 * Waits a moment for a body that has not come along with its head; null when it takes longer, and then it goes on in pieces. A connection to a service is not to be held by
 * whoever sends a letter a second: those who do share connections of their own. Nothing is read before it is whole. What it returns ends the waiting.
 */
export function whenArrived(incoming: IncomingMessage, done: (body: Buffer | null) => void): () => void {
  const end = () => {
    clearTimeout(timer)
    incoming.off('readable', look)
  }
  const go = (body: Buffer | null) => {
    end()
    done(body)
  }
  const look = () => {
    const body = arrivedBody(incoming)
    if (body) go(body)
  }
  const timer = setTimeout(go, ARRIVAL_MS, null)
  incoming.on('readable', look)
  return end
}

/** The whole body, waited for: for the few calls that the gateway itself has to understand. Throws 413. */
export function wholeBody(incoming: IncomingMessage): Promise<Buffer> {
  assertLengthAllowed(incoming)
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let bytes = 0
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    // What still comes is read and dropped, so that the client gets to reading its answer.
    if (bytes > HTTP_LIMITS.bodyBytes) reject(tooLarge())
    else chunks.push(chunk)
  })
  incoming.once('end', () => resolve(Buffer.concat(chunks)))
  incoming.once('close', () => reject(new Refusal('invalid_request', { detail: 'The body ended before it was whole.' })))
  return promise
}

/**
 * The body of a request on its way to a service, piece by piece. It stands between the two because destroying the request itself, which the HTTP client does when a service
 * fails, would cut the client off without an answer. Nothing is read before the service is connected, so a try that was refused leaves the body whole for the next.
 */
export class RequestBody extends Readable {
  readonly #incoming: IncomingMessage
  readonly #onTooLarge: () => void
  #bytes = 0
  #isFlowing = false

  constructor(incoming: IncomingMessage, onTooLarge: () => void) {
    super({ highWaterMark: 64 * 1024 })
    this.#incoming = incoming
    this.#onTooLarge = onTooLarge
  }

  /** Whether a piece was taken, which cannot be sent again. */
  get isStarted(): boolean {
    return this.#bytes > 0
  }

  override _read(): void {
    if (this.#isFlowing) {
      this.#incoming.resume()
      return
    }
    this.#isFlowing = true
    this.#incoming.on('data', this.#onData).on('end', this.#onEnd)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#incoming.off('data', this.#onData).off('end', this.#onEnd)
    // What still comes is read and dropped, so that the client gets to reading its answer.
    if (this.#bytes > 0) this.#incoming.resume()
    done(error)
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes += chunk.length
    if (this.#bytes > HTTP_LIMITS.bodyBytes) this.#onTooLarge()
    else if (!this.push(chunk)) this.#incoming.pause()
  }

  readonly #onEnd = (): void => {
    this.push(null)
  }
}
