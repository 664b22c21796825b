import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A TCP proxy in front of a server, to cut its connections, to keep new ones out, and to go silent without closing (half-open). */
export class TcpGate {
  readonly #target: { host: string; port: number }
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #mode: 'open' | 'shut' | 'silent' = 'open'

  private constructor(target: { host: string; port: number }) {
    this.#target = target
    this.#server = createServer((client) => this.#accept(client))
  }

  /** `url` of a server becomes the url of the gate before it. */
  static async before(url: string): Promise<{ gate: TcpGate; url: string }> {
    const { hostname, port } = new URL(url)
    const gate = new TcpGate({ host: hostname, port: Number(port) })
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve))
    const gated = new URL(url)
    gated.hostname = '127.0.0.1'
    gated.port = String((gate.#server.address() as AddressInfo).port)
    return { gate, url: gated.href }
  }

  #accept(client: Socket): void {
    if (this.#mode === 'shut') return void client.destroy()
    const server = connect(this.#target)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from)
      from.on('data', (chunk) => this.#mode === 'silent' || to.write(chunk))
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
  }

  /** Cuts what is connected and keeps new connections out. */
  shut(): void {
    this.#mode = 'shut'
    this.cut()
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Nothing comes through any more, and nobody is told. */
  silence(): void {
    this.#mode = 'silent'
  }

  open(): void {
    this.#mode = 'open'
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
