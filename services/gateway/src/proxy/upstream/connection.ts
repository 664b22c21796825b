import type { IncomingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { type Call, type CallHandler, type Carrier, failure, linesOf, OngoingCall, ticksOf } from './call.ts'
import { ResponseReader, type ResponseSink } from './response-reader.ts'

const READ_BYTES = 64 * 1024
/** All connections read into the same bytes, one after the other. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES)

export interface ConnectionOptions {
  host: string
  port: number
  hostLines: string
  connectMs: number
  free: () => void
  closed: () => void
}

/** One connection with at most one call on it. */
export class Connection implements ResponseSink, Carrier {
  readonly #options: ConnectionOptions
  readonly #socket: Socket
  readonly #reader = new ResponseReader(this)
  #state: 'connecting' | 'open' | 'closed' = 'connecting'
  #current: OngoingCall | null = null
  #ticksLeft: number
  #isPaused = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#ticksLeft = ticksOf(options.connectMs)
    const { host, port } = options
    this.#socket = connect({ host, port, noDelay: true, onread: { buffer: readBuffer, callback: this.#onRead } })
    this.#socket.on('connect', this.#onConnect).on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose)
  }

  /** False when its maker has gone before it was sent; the connection is as free then as it was. */
  send(call: Call, handler: CallHandler): boolean {
    const current = new OngoingCall(this, call, handler)
    this.#current = current
    return this.#state !== 'open' || this.#begin(current)
  }

  /** Nobody uses it for so long: then it goes. */
  rest(forMs: number): void {
    this.#ticksLeft = ticksOf(forMs)
  }

  tick(): void {
    if (this.#isPaused) return
    this.#ticksLeft -= 1
    if (this.#ticksLeft > 0) return
    if (this.#state === 'connecting') this.destroy(failure('the service could not be reached in time', 'ETIMEDOUT'))
    else if (this.#current) this.destroy(this.#current.tooLate())
    else this.destroy(null)
  }

  destroy(error: Error | null): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#socket.destroy()
    const current = this.#current
    this.#current = null
    if (error) current?.fail(error)
    this.#options.closed()
  }

  pause(): void {
    this.#isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#current?.rewind()
    this.#socket.resume()
  }

  setTicks(ticks: number): void {
    this.#ticksLeft = ticks
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    this.#current?.head(status, headers)
  }

  onData(piece: Buffer): void {
    this.#current?.data(piece)
  }

  onEnd(): void {
    this.#current?.end()
  }

  #begin(current: OngoingCall): boolean {
    const { method, path, body } = current.call
    if (!current.start()) {
      this.#current = null
      return false
    }
    this.#reader.begin(method)
    const head = method + ' ' + path + this.#options.hostLines + linesOf(current.call)
    if (!body) {
      this.#socket.write(head, 'latin1')
      return true
    }
    this.#socket.cork()
    this.#socket.write(head, 'latin1')
    this.#socket.write(body)
    this.#socket.uncork()
    return true
  }

  readonly #onConnect = (): void => {
    if (this.#state !== 'connecting') return
    this.#state = 'open'
    if (this.#current && !this.#begin(this.#current)) this.#options.free()
  }

  readonly #onRead = (bytes: number): boolean => {
    this.#current?.rewind()
    try {
      this.#reader.read(readBuffer.subarray(0, bytes))
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)))
    }
    if (this.#state !== 'open') return false
    if (this.#reader.isOver) this.#finish()
    return true
  }

  #finish(): void {
    this.#current?.letGo()
    this.#current = null
    this.resume()
    if (this.#reader.isKept) this.#options.free()
    else this.destroy(null)
  }

  readonly #onEnd = (): void => {
    if (this.#current && this.#state === 'open' && this.#reader.close()) this.#finish()
    this.destroy(failure('the service has closed the connection', 'ECONNRESET'))
  }

  readonly #onError = (error: Error): void => this.destroy(error)

  readonly #onClose = (): void => this.destroy(failure('the connection is gone', 'ECONNRESET'))
}
