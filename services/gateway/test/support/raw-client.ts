import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that writes what it likes, as slowly as it likes, and never closes by itself. */
export class RawClient {
  readonly socket: Socket
  readonly openedAtMs = performance.now()
  /** What the server has said. */
  answer = ''
  /** How long it was let stay; null while it is open. */
  lastedMs: number | null = null
  readonly #connected: Promise<unknown>

  constructor(url: string, localAddress?: string) {
    const { hostname, port } = new URL(url)
    this.socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, ...(localAddress ? { localAddress } : {}) })
    this.#connected = once(this.socket, 'connect')
    this.socket.on('data', (chunk: Buffer) => (this.answer += chunk.toString()))
    // Being cut off is what these clients are for; `close` follows.
    this.socket.on('error', () => undefined)
    const over = () => (this.lastedMs ??= performance.now() - this.openedAtMs)
    // The server's last word, or the end of the connection.
    this.socket.once('end', over).once('close', over)
  }

  static async open(url: string, localAddress?: string): Promise<RawClient> {
    const client = new RawClient(url, localAddress)
    await client.#connected
    return client
  }

  get isCutOff(): boolean {
    return this.lastedMs !== null
  }

  /** Sends a piece every so often, for as long as it is let. */
  drip(first: string, piece: string, everyMs: number): void {
    this.socket.write(first)
    const timer = setInterval(() => {
      if (this.socket.writable) this.socket.write(piece)
      else clearInterval(timer)
    }, everyMs)
    this.socket.once('close', () => clearInterval(timer))
  }

  close(): Promise<void> {
    this.socket.destroy()
    return Promise.resolve()
  }
}
