import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createConnection } from 'mysql2/promise'
import { type Account, databaseAccount, folderFor } from './folders.ts'
import { findFreePort, becomesFree } from '@skyhold/testkit/ports'
import type { PrivateServer } from './private-server.ts'
import { ended, hasCode, isAlive, type ProcessMark, signalProcess, spawnDetached, terminate, untilReady } from './processes.ts'
import { StateFile } from './state.ts'

/** How one of the two brands is set up and started; the rest is the same for both. */
export interface SqlBrand {
  name: 'mariadb' | 'mysql'
  title: string
  /** Makes an empty data folder, once. */
  initialise(folders: SqlFolders): Promise<void>
  command(folders: SqlFolders): { command: string; args: string[] }
  /** Statements that leave only accounts with a password; run by the server itself before it accepts anybody. */
  tidyAccounts(): string[]
  durable: readonly string[]
  fast: readonly string[]
}

export interface SqlFolders {
  data: string
  run: string
  account: Account | undefined
}

interface SqlState {
  port: number
  password: string
  initialised: boolean
  process: ProcessMark | null
}

export const ADMINISTRATOR = 'skyhold_admin'

export class SqlServer implements PrivateServer {
  readonly name: 'mariadb' | 'mysql'
  readonly #brand: SqlBrand
  readonly #durable: boolean
  readonly #folders: SqlFolders
  readonly #file: StateFile<SqlState>
  #state: SqlState

  constructor(brand: SqlBrand, { dir, durable }: { dir: string; durable: boolean }) {
    this.name = brand.name
    this.#brand = brand
    this.#durable = durable
    const account = databaseAccount()
    const root = folderFor(path.join(dir, brand.name), account)
    this.#folders = { data: path.join(root, 'data'), run: path.join(root, 'run'), account }
    this.#file = new StateFile(path.join(dir, `${brand.name}.json`))
    this.#state = this.#file.read() ?? { port: 0, password: randomBytes(18).toString('base64url'), initialised: false, process: null }
  }

  get url(): string {
    return `mysql://${ADMINISTRATOR}:${this.#state.password}@127.0.0.1:${this.#state.port}`
  }

  isRunning(): boolean {
    return isAlive(this.#state.process)
  }

  async start(): Promise<void> {
    this.#state = this.#file.read() ?? this.#state
    if (!this.isRunning()) await this.#startAnew()
    await untilReady({
      what: this.#brand.title,
      mark: () => this.#state.process,
      isReady: () => this.#answers(),
      // A server that was killed reads its log first.
      withinMs: 60_000,
      logFile: this.#logFile,
    })
  }

  async stop(): Promise<void> {
    await terminate(this.#state.process, 60_000)
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
    return path.join(this.#folders.run, 'server.log')
  }

  async #startAnew(): Promise<void> {
    this.#makeFolders()
    if (!this.#state.initialised) {
      await this.#brand.initialise(this.#folders)
      this.#save({ initialised: true })
    }
    // The port stays over restarts, for the sake of clients that have it in their settings.
    if (this.#state.port === 0 || !(await becomesFree(this.#state.port))) this.#save({ port: await findFreePort() })
    const { command, args } = this.#brand.command(this.#folders)
    const mark = spawnDetached(command, [...args, ...this.#options()], {
      logFile: this.#logFile,
      cwd: this.#folders.run,
      uid: this.#folders.account?.uid,
      gid: this.#folders.account?.gid,
    })
    this.#save({ process: mark })
  }

  #options(): string[] {
    return [
      `--datadir=${this.#folders.data}`,
      `--socket=${path.join(this.#folders.run, 's.sock')}`,
      `--pid-file=${path.join(this.#folders.run, 'pid')}`,
      `--port=${this.#state.port}`,
      '--bind-address=127.0.0.1',
      `--init-file=${this.#writeInitFile()}`,
      // Names would be looked up at each connection, and the accounts are made for addresses.
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
      '--default-time-zone=+00:00',
      '--innodb-buffer-pool-size=128M',
      '--max-connections=500',
      ...(this.#durable ? this.#brand.durable : this.#brand.fast),
    ]
  }

  /** Run at every start before the first client: so there is no moment with an open administrator, and a start that was cut short heals. */
  #writeInitFile(): string {
    const file = path.join(this.#folders.run, 'init.sql')
    const account = `'${ADMINISTRATOR}'@'127.0.0.1'`
    const statements = [
      `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${this.#state.password}'`,
      `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION`,
      ...this.#brand.tidyAccounts(),
    ]
    writeFileSync(file, statements.map((statement) => `${statement};\n`).join(''), { mode: 0o600 })
    chmodSync(file, 0o600)
    this.#giveAway(file)
    return file
  }

  #makeFolders(): void {
    for (const folder of [this.#folders.data, this.#folders.run]) {
      mkdirSync(folder, { recursive: true, mode: 0o750 })
      this.#giveAway(folder)
    }
  }

  #giveAway(file: string): void {
    if (this.#folders.account) chownSync(file, this.#folders.account.uid, this.#folders.account.gid)
  }

  async #answers(): Promise<boolean> {
    try {
      const connection = await createConnection({ uri: this.url, connectTimeout: 2000 })
      await connection.end()
      return true
    } catch (error) {
      if (hasCode(error, 'ER_ACCESS_DENIED_ERROR'))
        throw new Error(`Another server took port ${this.#state.port} while ${this.#brand.title} started.`, { cause: error })
      return false
    }
  }

  #save(change: Partial<SqlState>): void {
    this.#state = { ...this.#state, ...change }
    this.#file.write(this.#state)
  }
}
