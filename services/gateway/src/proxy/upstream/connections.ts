import { type Call, type CallHandler, failure, TICK_MS } from './call.ts'
import { Connection } from './connection.ts'

export interface ConnectionsOptions {
  max: number
  connectMs: number
  idleMs: number
}

const closing = () => failure('the connections are closed', 'ECONNABORTED')

/** The connections to one replica of a service, kept and used again; the one used last comes first, so that those too many grow idle and go. Plain HTTP: services have no TLS of their own. */
export class Connections {
  readonly #host: string
  readonly #port: number
  readonly #options: ConnectionsOptions
  readonly #all = new Set<Connection>()
  readonly #idle: Connection[] = []
  readonly #waiting: [Call, CallHandler][] = []
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

  dispatch(call: Call, handler: CallHandler): void {
    if (this.#isDestroyed) return handler.onResponseError(null, closing())
    const idle = this.#idle.pop()
    if (idle) idle.send(call, handler)
    else if (this.#all.size < this.#options.max) this.#open().send(call, handler)
    else this.#waiting.push([call, handler])
  }

  /** Every call fails, and so does every later one. */
  destroy(): void {
    this.#isDestroyed = true
    const waiting = this.#waiting.splice(0)
    for (const connection of this.#all) connection.destroy(closing())
    for (const [, handler] of waiting) handler.onResponseError(null, closing())
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

  #free(connection: Connection): void {
    const next = this.#waiting.shift()
    if (next) return connection.send(...next)
    connection.rest(this.#options.idleMs)
    this.#idle.push(connection)
  }

  #closed(connection: Connection): void {
    this.#all.delete(connection)
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    const next = this.#waiting.shift()
    if (next) this.#open().send(...next)
    if (this.#all.size > 0 || !this.#ticker) return
    clearInterval(this.#ticker)
    this.#ticker = null
  }

  #tick(): void {
    for (const connection of this.#all) connection.tick()
  }
}
