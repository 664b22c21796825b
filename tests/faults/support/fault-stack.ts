import { rmSync } from 'node:fs'
import { loadSettings } from '@skyhold/platform/settings'
import { type Program, type Stack, type StackOptions, startStack } from '@skyhold/stack'
import { brokers, StopPoints, type StopPlan, tempDir, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll } from 'vitest'
import { Traveller } from '../../e2e/support/traveller.ts'
import { type Administrator, Books } from './books.ts'
import { Sales } from './sales.ts'

export type MemberName = Parameters<Stack['kill']>[0]

/** The moments at which a process can be ended, in the order in which a purchase comes by them. */
export type CheckpointName =
  | 'hold.taken'
  | 'payment.begun'
  | 'payment.intent_kept'
  | 'payment.charged'
  | 'payment.settled'
  | 'refund.sent'
  | 'outbox.confirmed'
  | 'event.handled'
  | 'mail.accepted'
  | 'gateway.answered'

/** The proportions of the defaults, in seconds that a test has: recovery owns a payment after six and a half. */
const SETTINGS = {
  RATE_LIMIT_PER_MINUTE: '0',
  PAYMENT_ANSWER_MS: '800',
  PAYMENT_TIMEOUT_MS: '1500',
  RECOVERY_EVERY_SECONDS: '1',
  EXPIRY_EVERY_SECONDS: '1',
  SIM_SLOW_MS: '3000',
  HOLDS_PER_USER_MAX: '1000',
  // Of vitest.config.ts: a stack hands on nothing that it is not told.
  SALES_HORIZON_DAYS: process.env.SALES_HORIZON_DAYS,
  LOG_LEVEL: 'warn',
}

export interface FaultStackOptions extends Pick<StackOptions, 'databaseUrl' | 'brokerUrl' | 'env'> {
  /** 2 unless told: the other one goes on. */
  bookings?: number
  prepare?: (program: Program) => void | Promise<void>
  /** Where identity is not who signs people in. */
  administrator?: (baseUrl: string) => Promise<Administrator>
  /** After the stack has stopped: what was started for it. */
  afterwards?: () => Promise<void>
}

/** The whole system in real processes, each of which can be ended at a checkpoint, and what is needed to judge it afterwards. */
export class FaultStack {
  readonly stops = new StopPoints<CheckpointName>()
  readonly #folder = tempDir('faults')
  #stack: Stack | null = null
  #afterwards: () => Promise<void> = async () => undefined
  #administrator = firstAdministrator

  async open({ bookings = 2, env, prepare, administrator, afterwards, ...servers }: FaultStackOptions): Promise<void> {
    if (administrator) this.#administrator = administrator
    if (afterwards) this.#afterwards = afterwards
    this.#stack = await startStack({
      folder: this.#folder,
      replicas: { bookings },
      databasePrefix: `skyhold_faults_${process.pid}`,
      dropDatabases: true,
      ...servers,
      env: { ...SETTINGS, ...env },
      prepare: async (program) => {
        program.args.unshift('--import', StopPoints.preload)
        Object.assign(program.env, this.stops.envOf(program.id))
        await prepare?.(program)
      },
    })
  }

  async close(): Promise<void> {
    await this.#stack?.stop()
    await this.#afterwards()
    // A server's data is large, and a test process that is hurried at its end removes nothing.
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get stack(): Stack {
    if (!this.#stack) throw new Error('the stack has not been started')
    return this.#stack
  }

  get simulatorUrl(): string {
    return this.placeOf('simulator-1')
  }

  placeOf(id: string): string {
    const place = this.stack.places[id]
    if (!place) throw new Error(`this stack has no ${id}`)
    return place
  }

  /** People who buy, and what they were told. */
  sales(options?: ConstructorParameters<typeof Sales>[1]): Sales {
    return new Sales(this.stack.baseUrl, options)
  }

  books(): Books {
    return new Books({
      databases: this.stack.databaseUrls,
      simulatorUrl: this.simulatorUrl,
      mailboxUrl: this.placeOf('mailbox-1'),
      administrator: () => this.#administrator(this.stack.baseUrl),
    })
  }

  /** Ends whichever of these processes crosses the checkpoint first, while the work goes on; the others are spared. Resolves to the one that was struck. */
  async strike(ids: readonly string[], plan: StopPlan<CheckpointName>): Promise<string> {
    for (const id of ids) this.stops.arm(id, plan)
    try {
      return await waitFor(() => ids.find((id) => this.stops.hasStruck(id)), {
        what: `a process to cross ${plan.at}`,
        timeoutMs: 30_000,
      })
    } finally {
      for (const id of ids) this.stops.disarm(id)
    }
  }

  /** Wakes a process that hangs at a checkpoint, by its id. */
  goOn(id: string): Promise<void> {
    const [name, replica] = id.split('-')
    return this.stack.kill(name as MemberName, { replica: Number(replica), signal: 'SIGCONT' })
  }

  async control(change: Record<string, unknown>): Promise<void> {
    const response = await fetch(`${this.simulatorUrl}/_control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
    })
    if (!response.ok) throw new Error(`the simulator refuses ${JSON.stringify(change)}: ${await response.text()}`)
  }

  /** How many calls about payments the provider's faults have met since its start. */
  async met(): Promise<{ failed: number; cut: number; webhooksTaken: number; webhooksWaiting: number }> {
    const response = await fetch(`${this.simulatorUrl}/_control/met`)
    return (await response.json()) as Awaited<ReturnType<FaultStack['met']>>
  }

  async behaveAgain(): Promise<void> {
    await fetch(`${this.simulatorUrl}/_control`, { method: 'DELETE' })
  }
}

function firstAdministrator(baseUrl: string): Promise<Administrator> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = loadSettings(['ADMIN_EMAIL', 'ADMIN_PASSWORD'], {})
  return Traveller.signedIn(baseUrl, { email, password })
}

/** Runs a stack for the tests of this file. */
export function useFaultStack(options: () => FaultStackOptions | Promise<FaultStackOptions> = () => ({})): FaultStack {
  const faults = new FaultStack()
  beforeAll(async () => faults.open(await options()), 240_000)
  afterAll(() => faults.close(), 90_000)
  return faults
}

/** The server of this run, so that a stack need not start its own; the databases are kept apart by name. */
export const sharedDatabase = (env: NodeJS.ProcessEnv = process.env): Pick<StackOptions, 'databaseUrl'> =>
  env.TEST_MARIADB_URL ? { databaseUrl: env.TEST_MARIADB_URL } : {}

/** The run's servers, with a virtual host of the broker for the test alone. */
export async function sharedServers(): Promise<Pick<StackOptions, 'databaseUrl' | 'brokerUrl'>> {
  const rabbitmq = brokers().find(({ name }) => name === 'rabbitmq')
  return { ...sharedDatabase(), ...(rabbitmq ? { brokerUrl: (await rabbitmq.open()).url } : {}) }
}
