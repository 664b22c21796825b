import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ProcessEnd } from '@skyhold/testkit/managed-process'
import { findFreePort } from '@skyhold/testkit/ports'
import { startServers, type Servers } from './servers.ts'
import type { PrivateServer } from './servers/private-server.ts'
import { environmentOf } from './stack/environments.ts'
import { MEMBERS, memberOf, type MemberName, portOffsets, type Replicas, type Slot, slotsOf } from './stack/members.ts'
import { Secrets } from './stack/secrets.ts'
import { createServiceDatabases, dropServiceDatabases, type ServiceDatabase } from './stack/service-databases.ts'
import { Supervised } from './stack/supervised.ts'

/** A process as it is about to be started. */
export interface Program {
  /** `bookings-2` */
  readonly id: string
  readonly name: MemberName
  readonly replica: number
  /** Where it listens. */
  readonly port: number
  /** The file that Node runs, and its arguments. */
  args: string[]
  env: NodeJS.ProcessEnv
}

export interface StackOptions {
  /** Servers' data, logs, pids and secrets. */
  folder: string
  /** The gateway's port; the others count from it. 0 (the default) finds a free block. */
  port?: number
  host?: string
  database?: 'mariadb' | 'mysql'
  replicas?: Replicas
  /** Settings of the services, such as { HOLD_TTL_SECONDS: '5' }. */
  env?: NodeJS.ProcessEnv
  /** Administrator's URL of a server that runs already; without it a private one is started. */
  databaseUrl?: string
  /** A broker that runs already, with the virtual host; without it a private one is started. */
  brokerUrl?: string
  /** Starts a private Redis unless `env` names one in REDIS_URL. Where it cannot be had, and by default, each gateway counts by itself. */
  redis?: boolean
  /** The databases are called <prefix>_<service>. */
  databasePrefix?: string
  /** Removes the databases at stop(): for tests. */
  dropDatabases?: boolean
  /** The last word on each process, once before its first start: a proxy in front of its database, another program in its place. For tests. */
  prepare?: (program: Program) => Promise<void>
  /** Gives up the start. */
  signal?: AbortSignal
  onLine?: (line: string) => void
  onNotice?: (sentence: string) => void
}

export interface Stack {
  /** Where the gateway answers. */
  readonly baseUrl: string
  /** Base URL of every process, by its id: `bookings-1`, `bookings-2`, `mailbox-1`. */
  readonly places: Readonly<Record<string, string>>
  readonly databaseUrls: Readonly<Record<string, string>>
  /** SIGKILL unless another signal is named; the supervisor starts the process again. SIGSTOP and SIGCONT make it hang. */
  kill(name: MemberName, options?: { replica?: number; signal?: NodeJS.Signals }): Promise<void>
  /** Ends a process in good order and leaves it down. Resolves to how it ended; null when it was never started. */
  stopProcess(name: MemberName, replica?: number): Promise<ProcessEnd | null>
  startProcess(name: MemberName, replica?: number): void
  pidOf(name: MemberName, replica?: number): number | null
  /** Waits until this process, or every one, says that it is ready. */
  untilReady(name?: MemberName, replica?: number): Promise<void>
  stopBroker(): Promise<void>
  killBroker(): Promise<void>
  startBroker(): Promise<void>
  stopDatabase(): Promise<void>
  killDatabase(): Promise<void>
  startDatabase(): Promise<void>
  /** Services first, then the servers that this stack started. */
  stop(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** Of a service's first start: tables and a timetable are made on a slow disk beside six others. */
const READY_PATIENCE_MS = 180_000
const CRASHES_MAX = 5

/** Every service as its own process over a real database and a real broker. Returns when all of them are ready. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stack = new RunningStack(options)
  try {
    await stack.start()
  } catch (error) {
    await stack.stop()
    throw error
  }
  return stack
}

interface Process {
  slot: Slot
  supervised: Supervised
}

class RunningStack implements Stack {
  baseUrl = ''
  places: Record<string, string> = {}
  databaseUrls: Record<string, string> = {}
  readonly #options: StackOptions
  readonly #host: string
  #servers: Servers | null = null
  #databases: ServiceDatabase[] = []
  #processes: Process[] = []

  constructor(options: StackOptions) {
    this.#options = options
    this.#host = options.host ?? '127.0.0.1'
  }

  async start(): Promise<void> {
    const { folder, replicas = {}, databasePrefix = 'skyhold' } = this.#options
    for (const name of ['logs', 'pids', 'data']) mkdirSync(path.join(folder, name), { recursive: true })
    const port = this.#options.port || (await findFreePort(portOffsets(replicas)))
    const slots = slotsOf(
      port,
      replicas,
      MEMBERS.filter((member) => !this.#isElsewhere(member.name)),
    )
    const { databaseUrl, brokerUrl, redisUrl } = await this.#startServers()
    this.#options.signal?.throwIfAborted()
    const secrets = new Secrets(folder)
    this.#databases = await createServiceDatabases({
      serverUrl: databaseUrl,
      prefix: databasePrefix,
      services: MEMBERS.filter((member) => member.hasDatabase).map((member) => member.name),
      passwordOf: (service) => secrets.get(`database:${databasePrefix}_${service}`),
    })
    this.databaseUrls = Object.fromEntries(this.#databases.map((each) => [each.service, each.url]))
    this.#processes = await Promise.all(slots.map((slot) => this.#processOf(slot, { slots, port, brokerUrl, redisUrl, secrets })))
    this.baseUrl = `http://${this.#host}:${port}`
    this.places = Object.fromEntries(this.#processes.map(({ slot, supervised }) => [supervised.id, `http://${this.#host}:${slot.port}`]))
    await Promise.all(this.#processes.map(({ supervised }) => supervised.clearLeftover()))
    for (const { supervised } of this.#processes) supervised.start()
    await this.untilReady()
  }

  async stop(): Promise<void> {
    // The gateway first, so that no request comes in; the payments and the mail last, because closing services still call them.
    for (const stage of [['gateway'], ['bookings', 'flights', 'notifications', 'identity'], ['mailbox', 'simulator']])
      await Promise.all(this.#processes.filter(({ slot }) => stage.includes(slot.member.name)).map(({ supervised }) => supervised.stop()))
    const { databaseUrl = this.#serverUrl(), dropDatabases } = this.#options
    if (dropDatabases && databaseUrl) await dropServiceDatabases(databaseUrl, this.#databases)
    await this.#servers?.stop()
  }

  async kill(name: MemberName, { replica = 1, signal = 'SIGKILL' }: { replica?: number; signal?: NodeJS.Signals } = {}): Promise<void> {
    await this.#find(name, replica).supervised.kill(signal)
  }

  stopProcess(name: MemberName, replica = 1): Promise<ProcessEnd | null> {
    return this.#find(name, replica).supervised.stop()
  }

  startProcess(name: MemberName, replica = 1): void {
    this.#find(name, replica).supervised.start()
  }

  pidOf(name: MemberName, replica = 1): number | null {
    return this.#find(name, replica).supervised.pid
  }

  async untilReady(name?: MemberName, replica = 1): Promise<void> {
    const waitedFor = name ? [this.#find(name, replica)] : this.#processes
    await Promise.all(waitedFor.map((each) => untilProcessReady(each, this.#host, this.#options.signal)))
  }

  stopBroker = (): Promise<void> => this.#own('broker').stop()
  killBroker = (): Promise<void> => this.#own('broker').kill()
  startBroker = (): Promise<void> => this.#own('broker').start()
  stopDatabase = (): Promise<void> => this.#own('database').stop()
  killDatabase = (): Promise<void> => this.#own('database').kill()
  startDatabase = (): Promise<void> => this.#own('database').start()

  #own(what: 'broker' | 'database'): PrivateServer {
    const server = what === 'broker' ? this.#servers?.rabbitmq : (this.#servers?.mariadb ?? this.#servers?.mysql)
    if (!server)
      throw new Error(`The ${what} was running before this stack, which therefore leaves it alone. Put a FaultProxy in front of it.`)
    return server
  }

  #serverUrl(): string | undefined {
    return this.#servers?.mariadbUrl ?? this.#servers?.mysqlUrl ?? undefined
  }

  async #startServers(): Promise<{ databaseUrl: string; brokerUrl: string; redisUrl: string | null }> {
    const { folder, database = 'mariadb', databaseUrl, brokerUrl, redis = false, env = {}, onNotice } = this.#options
    this.#servers = await startServers({
      dir: path.join(folder, 'servers'),
      mariadb: !databaseUrl && database === 'mariadb',
      mysql: !databaseUrl && database === 'mysql',
      rabbitmq: !brokerUrl,
      redis: redis && !env.REDIS_URL,
      durable: true,
    })
    const { redisMissingReason } = this.#servers
    if (redisMissingReason !== null) onNotice?.(`Each gateway counts its rate limits by itself. ${redisMissingReason}`)
    const url = databaseUrl ?? this.#serverUrl()
    if (!url)
      throw new Error(
        `MySQL 9 cannot be had: ${this.#servers.mysqlMissingReason}. Leave out --database mysql for MariaDB, or set DATABASE_URL.`,
      )
    const broker = brokerUrl ?? this.#servers.amqpUrl
    if (!broker) throw new Error('No broker was started.')
    return { databaseUrl: url, brokerUrl: broker, redisUrl: env.REDIS_URL || this.#servers.redisUrl }
  }

  /** A mail server or a payment provider of the person's own makes ours superfluous. */
  #isElsewhere(name: MemberName): boolean {
    const { SMTP_URL, PAYMENTS_URL } = this.#options.env ?? {}
    return (name === 'mailbox' && Boolean(SMTP_URL)) || (name === 'simulator' && PAYMENTS_URL !== undefined)
  }

  async #processOf(
    slot: Slot,
    {
      slots,
      port,
      brokerUrl,
      redisUrl,
      secrets,
    }: { slots: Slot[]; port: number; brokerUrl: string; redisUrl: string | null; secrets: Secrets },
  ): Promise<Process> {
    const { folder, env = {}, prepare, onLine, onNotice = () => undefined } = this.#options
    const { name } = slot.member
    const program: Program = {
      id: `${name}-${slot.replica}`,
      name,
      replica: slot.replica,
      port: slot.port,
      args: [path.join(ROOT, slot.member.folder, 'src/server.ts')],
      env: environmentOf({
        slot,
        slots,
        // Also a stack that is told little keeps what it compiles: a service then starts in half the time.
        base: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
        host: this.#host,
        port,
        dataDir: path.join(folder, 'data'),
        databaseUrl: this.databaseUrls[name],
        brokerUrl,
        redisUrl,
        secretOf: (secret) => secrets.get(secret),
      }),
    }
    await prepare?.(program)
    const supervised = new Supervised({
      id: program.id,
      title: slot.replica === 1 ? name : `${name} (replica ${slot.replica})`,
      args: program.args,
      cwd: ROOT,
      env: program.env,
      folder,
      onNotice,
      ...(onLine ? { onLine } : {}),
    })
    return { slot, supervised }
  }

  #find(name: MemberName, replica: number): Process {
    const found = this.#processes.find(({ slot }) => slot.member === memberOf(name) && slot.replica === replica)
    if (!found) throw new Error(`This stack has no replica ${replica} of ${name}.`)
    return found
  }
}

async function untilProcessReady({ slot, supervised }: Process, host: string, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_PATIENCE_MS
  const deathsBefore = supervised.deaths
  while (!(await saysReady(`http://${host}:${slot.port}/health/ready`))) {
    signal?.throwIfAborted()
    if (supervised.deaths - deathsBefore >= CRASHES_MAX)
      throw new Error(`${supervised.id} died ${CRASHES_MAX} times while it started. Its log ends with:\n${supervised.lastLines()}`)
    if (Date.now() > deadline)
      throw new Error(`${supervised.id} was not ready after ${READY_PATIENCE_MS / 1000} s. Its log ends with:\n${supervised.lastLines()}`)
    await sleep(100)
  }
}

async function saysReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
    await response.body?.cancel()
    return response.ok
  } catch (error) {
    // Nobody listens there yet, or it hangs: not ready is the answer.
    if (error instanceof Error) return false
    throw error
  }
}
