import type { IncomingHttpHeaders } from 'node:http'

/** A call as it goes over the wire: all of it is at hand. */
export interface Call {
  method: string
  path: string
  /** Names and values in turn; they came through an HTTP parser or are our own. */
  headers: readonly string[]
  body: Buffer | null
  /** How long the service may be silent. */
  timeoutMs: number
}

/** What whoever made a call may do about it. */
export interface CallControl {
  abort(error: Error): void
  pause(): void
  resume(): void
}

/** Who made a call. After an error, an abort or the end nothing more comes. */
export interface CallHandler {
  /** There is a connection, and the request goes out. */
  onRequestStart(control: CallControl): void
  onResponseStart(control: CallControl, status: number, headers: IncomingHttpHeaders): void
  /** The bytes are the handler's for the time of the call. */
  onResponseData(control: CallControl, piece: Buffer): void
  onResponseEnd(): void
  onResponseError(control: CallControl | null, error: Error & { code?: string }): void
}

/** Time is counted in these: no call asks for the clock, and none runs out because the clock was put forward. */
export const TICK_MS = 100

/** One more than fit, since the present one is under way. */
export const ticksOf = (ms: number) => Math.ceil(ms / TICK_MS) + 1

export const failure = (message: string, code: string) => Object.assign(new Error(message), { code })

/** What carries a call, as far as the call itself is concerned. */
export interface Carrier {
  setTicks(ticks: number): void
  pause(): void
  resume(): void
  /** The call on it, if any, fails with the error. */
  destroy(error: Error | null): void
}

/** One call on one connection. It outlives neither: whoever holds on to it reaches nothing any more. */
export class OngoingCall implements CallControl {
  readonly call: Call
  readonly #handler: CallHandler
  #connection: Carrier | null
  #isSent = false
  #isAnswered = false

  constructor(connection: Carrier, call: Call, handler: CallHandler) {
    this.#connection = connection
    this.call = call
    this.#handler = handler
  }

  /** False when whoever made it has gone before there was a connection. */
  start(): boolean {
    this.rewind()
    this.#handler.onRequestStart(this)
    this.#isSent = this.#connection !== null
    return this.#isSent
  }

  /** The service has given a sign of life. */
  rewind(): void {
    this.#connection?.setTicks(ticksOf(this.call.timeoutMs))
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    this.#isAnswered = true
    this.#handler.onResponseStart(this, status, headers)
  }

  data(piece: Buffer): void {
    this.#handler.onResponseData(this, piece)
  }

  end(): void {
    this.#handler.onResponseEnd()
  }

  fail(error: Error & { code?: string }): void {
    this.#connection = null
    this.#handler.onResponseError(this, error)
  }

  letGo(): void {
    this.#connection = null
  }

  /** Before an answer, with undici's code for it: those above need to know one. */
  tooLate(): Error {
    return this.#isAnswered
      ? failure('the service does not go on with its answer', 'ETIMEDOUT')
      : failure('the service did not answer in time', 'UND_ERR_HEADERS_TIMEOUT')
  }

  abort(): void {
    const connection = this.#connection
    this.#connection = null
    // What the service does with it no longer matters, and its answer must not be taken for that of another call.
    if (this.#isSent) connection?.destroy(null)
  }

  pause(): void {
    this.#connection?.pause()
  }

  resume(): void {
    this.#connection?.resume()
  }
}

const BODY_METHODS = new Set(['POST', 'PUT', 'PATCH'])

/** The header lines of a call, with the empty one at their end. */
export function linesOf({ method, headers, body }: Call): string {
  let lines = ''
  let hasLength = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name === 'content-length') hasLength = true
    lines += name + ': ' + (headers[i + 1] ?? '') + '\r\n'
  }
  if (!hasLength && (body || BODY_METHODS.has(method))) lines += `content-length: ${body?.length ?? 0}\r\n`
  return lines + '\r\n'
}
