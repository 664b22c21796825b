import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

const DEADLOCK_TEXT = '#40001Deadlock found when trying to get lock; try restarting transaction'
/** An ERR packet of the MySQL protocol: length (3 bytes), sequence 1, 0xff, 1213 with its low byte first, SQL state and text. */
const DEADLOCK = Buffer.from([DEADLOCK_TEXT.length + 3, 0, 0, 1, 0xff, 1213 & 0xff, 1213 >> 8, ...Buffer.from(DEADLOCK_TEXT)])

/** A proxy before a database server that decides what becomes of a COMMIT. */
export class CommitGate {
  /** `before`: the server never hears of it. `after`: the server commits, and its answer is lost. `deadlock`: a node of a Galera cluster says 1213 to it. */
  nextCommit: 'passes' | 'before' | 'after' | 'deadlock' = 'passes'
  commits = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((client) => this.#accept(client, target))
  }

  static async before(url: string): Promise<{ gate: CommitGate; url: string }> {
    const { hostname, port } = new URL(url)
    const gate = new CommitGate({ host: hostname, port: Number(port) })
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve))
    const gated = new URL(url)
    gated.hostname = '127.0.0.1'
    gated.port = String((gate.#server.address() as AddressInfo).port)
    return { gate, url: gated.href }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket, target: { host: string; port: number }): void {
    const server = connect(target)
    let losesAnswer = false
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    client.on('data', (chunk) => {
      if (chunk.includes('COMMIT;')) {
        this.commits += 1
        const fate = this.nextCommit
        this.nextCommit = 'passes'
        if (fate === 'before') return void client.resetAndDestroy()
        if (fate === 'deadlock') return void client.write(DEADLOCK)
        losesAnswer = fate === 'after'
      }
      server.write(chunk)
    })
    server.on('data', (chunk) => {
      if (losesAnswer) client.resetAndDestroy()
      else client.write(chunk)
    })
  }
}
