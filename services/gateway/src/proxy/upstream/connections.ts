import { type Call, type CallHandler, failure, TICK_MS, ticksOf } from './call.ts'
import { Connection } from './connection.ts'

export interface ConnectionsOptions {
  max: number
  /** Calls that may wait for one of them. */
  waitingMax: number
  connectMs: number
  idleMs: number
}

/** A call for which there is no connection yet. */
interface Waiting {
  call: Call
  handler: CallHandler
  ticksLeft: number
}

const closing = () => failure('the connections are closed', 'ECONNABORTED')
const tooMany = () => failure('too many calls wait for the service', 'EBUSY')
const tooLong = () => failure('the call has waited too long for a connection', 'EBUSY')

/** The connections to one replica of a service, kept and used again; the one used last comes first, so that those too many grow idle and go. Plain HTTP: services have no TLS of their own. */
export class Connections {
  readonly #host: string
  readonly #port: number
  readonly #options: ConnectionsOptions
  readonly #all = new Set<Connection>()
  readonly #idle: Connection[] = []
  readonly #waiting = new Set<Waiting>()
  readonly #hostLines: string
  #ticker: NodeJS.Timeout | null = null
  #isDestroyed = false

  constructor(url: string, options: ConnectionsOptions) {
    const { hostname, port, host } = new URL(url)
    this.#host = hostname.replace(/^\[|\]$/g, '')
    this.#port = Number(port || 80)
    this.#hostLines = ` HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`
    this.#options = options
  }

  /** Makes a call. Where it has to wait for a connection: what takes it out of the line again. */
  dispatch(call: Call, handler: CallHandler): (() => void) | null {
    const idle = this.#isDestroyed ? undefined : this.#idle.pop()
    if (idle) {
      if (!idle.send(call, handler)) this.#free(idle)
    } else if (this.#isDestroyed) handler.onResponseError(null, closing())
    else if (this.#all.size < this.#options.max) this.#open().send(call, handler)
    else if (this.#waiting.size >= this.#options.waitingMax) handler.onResponseError(null, tooMany())
    else {
      const waiting: Waiting = { call, handler, ticksLeft: ticksOf(call.timeoutMs) }
      this.#waiting.add(waiting)
      return () => void this.#waiting.delete(waiting)
    }
    return null
  }

  /** Every call fails, and so does every later one. */
  destroy(): void {
    this.#isDestroyed = true
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const connection of this.#all) connection.destroy(closing())
    for (const { handler } of waiting) handler.onResponseError(null, closing())
  }

  #open(): Connection {
    const connection: Connection = new Connection({
      host: this.#host,
      port: this.#port,
      hostLines: this.#hostLines,
      connectMs: this.#options.connectMs,
      free: () => this.#free(connection),
      closed: () => this.#closed(connection),
    })
    this.#all.add(connection)
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS).unref()
    return connection
  }

  /** The first in line who is still there has it. A loop, because a crowd of those who have gone must not become a depth of calls. */
  #free(connection: Connection): void {
    for (let next = this.#takeNext(); next; next = this.#takeNext()) if (connection.send(next.call, next.handler)) return
    connection.rest(this.#options.idleMs)
    this.#idle.push(connection)
  }

  #closed(connection: Connection): void {
    this.#all.delete(connection)
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    const next = this.#takeNext()
    if (next) this.#open().send(next.call, next.handler)
    if (this.#all.size > 0 || !this.#ticker) return
    clearInterval(this.#ticker)
    this.#ticker = null
  }

  #takeNext(): Waiting | undefined {
    const [next] = this.#waiting
    if (next) this.#waiting.delete(next)
    return next
  }

  #tick(): void {
    for (const connection of this.#all) connection.tick()
    for (const waiting of this.#waiting) {
      waiting.ticksLeft -= 1
      if (waiting.ticksLeft > 0 || !this.#waiting.delete(waiting)) continue
      waiting.handler.onResponseError(null, tooLong())
    }
  }
}
