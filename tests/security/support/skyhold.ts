import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startStack } from '@skyhold/stack'
import { brokers, findFreePort, ManagedProcess, redisUrls, tempDir } from '@skyhold/testkit'
import { afterAll, beforeAll } from 'vitest'

const MAIN = fileURLToPath(new URL('../../../tools/all-in-one/src/main.ts', import.meta.url))
export const SERVICES = ['identity', 'flights', 'bookings', 'notifications'] as const
export type ServiceName = (typeof SERVICES)[number]
/** Where each listens, counted from the gateway's port; the last is SMTP. */
const OFFSETS = { identity: 1, flights: 2, bookings: 3, notifications: 4, simulator: 10, mailbox: 25, smtp: 26 } as const

export const ADMIN = { email: 'admin@skyhold.example', password: 'an administrator of these tests' }
/** Known to the test, so that it can do what a thief of the key could, and what only another service may. */
export const SECRETS = {
  KEY_ENCRYPTION_SECRET: 'a secret of the security tests: seals keys',
  SERVICE_TOKEN_SECRET: 'a secret of the security tests: between us',
}

const SETTINGS = {
  RATE_LIMIT_PER_MINUTE: '0',
  HOLDS_PER_USER_MAX: '1000',
  PAYMENT_ANSWER_MS: '800',
  PAYMENT_TIMEOUT_MS: '1500',
  SIM_SLOW_MS: '1200',
  INTEGRITY_EVERY_SECONDS: '3600',
  LOG_LEVEL: 'warn',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  ...SECRETS,
}

interface Running {
  baseUrl: string
  services: Record<ServiceName, string>
  simulatorUrl: string
  mailboxUrl: string
  identityDatabaseUrl: string
  /** One for each process, which changes when it dies. */
  pids: () => string
  /** What all processes have printed. */
  output: () => string
  stop: () => Promise<unknown>
}

/** The whole system while it runs. */
export class Skyhold {
  #running: Running | null = null
  #pidsAtStart = ''

  async start(starting: () => Promise<Running>): Promise<void> {
    this.#running = await starting()
    this.#pidsAtStart = this.#running.pids()
  }

  async stop(): Promise<void> {
    await this.#running?.stop()
  }

  get running(): Running {
    if (!this.#running) throw new Error('Skyhold has not been started')
    return this.#running
  }

  get baseUrl(): string {
    return this.running.baseUrl
  }

  get hasDied(): boolean {
    return this.running.pids() !== this.#pidsAtStart
  }
}

/** In one process, on SQLite. Every service listens on a port of its own all the same, where nobody but the gateway should be able to reach it. */
async function startEmbedded(env: Record<string, string> = {}): Promise<Running> {
  const port = await findFreePort([0, ...Object.values(OFFSETS)])
  const dataDir = tempDir('security')
  const skyhold = ManagedProcess.start(process.execPath, [MAIN], {
    env: { PORT: String(port), DATA_DIR: dataDir, DATABASE_URL: 'sqlite:', BROKER_URL: 'memory:', ...SETTINGS, ...env },
  })
  await skyhold.waitForLine(/Skyhold is ready/, { timeoutMs: 60_000 })
  const at = (name: keyof typeof OFFSETS) => `http://127.0.0.1:${port + OFFSETS[name]}`
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    services: servicesAt(at),
    simulatorUrl: at('simulator'),
    mailboxUrl: at('mailbox'),
    identityDatabaseUrl: `sqlite:${path.join(dataDir, 'identity.sqlite')}`,
    pids: () => (skyhold.isRunning ? String(skyhold.pid) : 'ended'),
    output: () => skyhold.lines.join('\n'),
    stop: () => skyhold.stop(),
  }
}

/** In processes of their own over the run's MariaDB, RabbitMQ and Redis; embedded where the run has no servers. */
async function startProcesses(): Promise<Running> {
  const rabbitmq = brokers().find(({ name }) => name === 'rabbitmq')
  const databaseUrl = process.env.TEST_MARIADB_URL
  if (!rabbitmq || !databaseUrl) return startEmbedded()
  const [redis] = redisUrls()
  const lines: string[] = []
  const stack = await startStack({
    folder: tempDir('security'),
    databasePrefix: `skyhold_security_${process.pid}`,
    dropDatabases: true,
    databaseUrl,
    brokerUrl: (await rabbitmq.open()).url,
    // The horizon is of vitest.config.ts: a stack hands on nothing that it is not told.
    env: { SALES_HORIZON_DAYS: process.env.SALES_HORIZON_DAYS, ...SETTINGS, ...(redis ? { REDIS_URL: redis } : {}) },
    onLine: (line) => lines.push(line),
  })
  const at = (name: string) => stack.places[`${name}-1`] ?? ''
  return {
    baseUrl: stack.baseUrl,
    services: servicesAt(at),
    simulatorUrl: at('simulator'),
    mailboxUrl: at('mailbox'),
    identityDatabaseUrl: stack.databaseUrls.identity ?? '',
    pids: () => ['gateway' as const, ...SERVICES].map((name) => stack.pidOf(name)).join(),
    output: () => lines.join('\n'),
    stop: () => stack.stop(),
  }
}

const servicesAt = (at: (name: ServiceName) => string) =>
  Object.fromEntries(SERVICES.map((name) => [name, at(name)])) as Record<ServiceName, string>

/** Runs the system once for all suites of a test file; `prepare` makes the people and things that the tests of this suite use. */
export function useSharedSkyhold(prepare: (skyhold: Skyhold) => Promise<void>): Skyhold {
  shared ??= use(startProcesses)
  const skyhold = shared
  beforeAll(() => prepare(skyhold), 120_000)
  return skyhold
}
let shared: Skyhold | null = null

/** Runs the system in one process for the tests of a file that want settings of their own. */
export const useEmbeddedSkyhold = (env: Record<string, string>): Skyhold => use(() => startEmbedded(env))

function use(starting: () => Promise<Running>): Skyhold {
  const skyhold = new Skyhold()
  beforeAll(() => skyhold.start(starting), 240_000)
  afterAll(() => skyhold.stop(), 90_000)
  return skyhold
}
