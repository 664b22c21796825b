import { randomBytes } from 'node:crypto'
import { chownSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { becomesFree, findFreePort } from '@skyhold/testkit/ports'
import { type Account, databaseAccount, folderFor } from './folders.ts'
import { programOrInstall } from './install.ts'
import type { PrivateServer } from './private-server.ts'
import { ended, isAlive, type ProcessMark, signalProcess, spawnDetached, terminate, untilReady } from './processes.ts'
import { StateFile, writePrivate } from './state.ts'

interface RedisState {
  port: number
  password: string
  process: ProcessMark | null
}

/** A Redis, or a Valkey, that keeps its counters in memory alone: a minute after a crash nobody misses them. */
export class RedisServer implements PrivateServer {
  readonly name = 'redis'
  readonly #program: string
  readonly #account: Account | undefined
  readonly #folder: string
  readonly #file: StateFile<RedisState>
  #state: RedisState

  constructor(program: string, { dir }: { dir: string }) {
    this.#program = program
    this.#account = databaseAccount()
    this.#folder = folderFor(path.join(dir, 'redis'), this.#account)
    this.#file = new StateFile(path.join(dir, 'redis.json'))
    this.#state = this.#file.read() ?? { port: 0, password: randomBytes(18).toString('base64url'), process: null }
  }

  get url(): string {
    return `redis://default:${this.#state.password}@127.0.0.1:${this.#state.port}`
  }

  isRunning(): boolean {
    return isAlive(this.#state.process)
  }

  async start(): Promise<void> {
    this.#state = this.#file.read() ?? this.#state
    if (!this.isRunning()) await this.#startAnew()
    await untilReady({
      what: 'Redis',
      mark: () => this.#state.process,
      isReady: () => answersPing(this.#state),
      withinMs: 30_000,
      logFile: this.#logFile,
    })
  }

  async stop(): Promise<void> {
    await terminate(this.#state.process)
    this.#save({ process: null })
  }

  async kill(): Promise<void> {
    const mark = this.#state.process
    if (!isAlive(mark)) return
    signalProcess(mark, 'SIGKILL')
    await ended(mark, 10_000)
    this.#save({ process: null })
  }

  get #logFile(): string {
    return path.join(this.#folder, 'server.log')
  }

  async #startAnew(): Promise<void> {
    // The port stays over restarts, for the sake of clients that have it in their settings.
    if (this.#state.port === 0 || !(await becomesFree(this.#state.port))) this.#save({ port: await findFreePort() })
    const mark = spawnDetached(this.#program, [this.#writeConfiguration()], {
      logFile: this.#logFile,
      cwd: this.#folder,
      uid: this.#account?.uid,
      gid: this.#account?.gid,
    })
    this.#save({ process: mark })
  }

  /** In a file that only its owner reads, because arguments are seen by everybody on the machine and the password is among them. */
  #writeConfiguration(): string {
    const file = path.join(this.#folder, 'redis.conf')
    const lines = [
      `port ${this.#state.port}`,
      'bind 127.0.0.1',
      `requirepass ${this.#state.password}`,
      'daemonize no',
      'save ""',
      'appendonly no',
      'maxmemory 128mb',
      // Everything that is kept here ends by itself; what would end first goes first.
      'maxmemory-policy volatile-ttl',
    ]
    writePrivate(file, lines.map((line) => `${line}\n`).join(''))
    if (this.#account) chownSync(file, this.#account.uid, this.#account.gid)
    return file
  }

  #save(change: Partial<RedisState>): void {
    this.#state = { ...this.#state, ...change }
    this.#file.write(this.#state)
  }
}

/** Redis from the machine's packages, or the Valkey that some distributions have in its place. */
export async function redisServer(options: { dir: string }): Promise<RedisServer> {
  return new RedisServer(await programOrInstall(['redis-server', 'valkey-server'], ['redis-server'], 'Redis'), options)
}

/** Whether the server takes our password: an open port may be another's. */
function answersPing({ port, password }: RedisState): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' })
    let said = ''
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(2000, () => done(false))
    socket.once('error', () => done(false))
    socket.once('close', () => done(false))
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`))
    socket.on('data', (data) => {
      said += data.toString()
      if (said.includes('+PONG')) done(true)
    })
  })
}
