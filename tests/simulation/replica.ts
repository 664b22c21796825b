import {
  type Bus,
  createLogger,
  createMetrics,
  type Database,
  Outbox,
  type Relay,
  type SqlValues,
  startRelay,
  type Transaction,
} from '@skyhold/platform'
import { wire } from '../../services/bookings/src/app.ts'
import { bookingsSettings } from '../../services/bookings/src/config.ts'
import { announceInventory } from '../../services/bookings/src/services/announce-inventory.ts'
import { cancelFlights } from '../../services/bookings/src/services/cancel-flights.ts'
import { expireHolds } from '../../services/bookings/src/services/expire-holds.ts'
import type { Parts } from '../../services/bookings/src/services/parts.ts'
import { recoverPayments } from '../../services/bookings/src/services/recover-payments.ts'
import { sendRefunds } from '../../services/bookings/src/services/send-refunds.ts'
import { TakeSeats } from '../../services/bookings/src/services/take-seats.ts'
import type { Bank } from './bank.ts'
import type { EventBus } from './event-bus.ts'
import type { Machine } from './stage.ts'
import { never, type World } from './world.ts'

/** What a replica is made of: the service's parts, and its way to the broker. */
export interface ReplicaParts extends Parts {
  bus: Bus
}

export type Replace = (parts: ReplicaParts) => Partial<ReplicaParts>

export interface ReplicaOptions {
  name: string
  world: World
  bank: Bank
  events: EventBus
  machine: Machine
  /** Puts other parts in the place of the wired ones: for the twins. */
  replace?: Replace | undefined
  died: (replica: Replica) => void
  /** What no use case should ever throw. */
  unexpected: (what: string, error: unknown) => void
}

/** How often each await is the last one of its process: a life has some hundred of them. */
const DEATH = 1 / 350
const DEADLOCK = 1 / 250
const LOST_CONNECTION = 1 / 400
const LOST_AT_COMMIT = 1 / 60
const RELAY_EVERY_MS = 20_000
/** So much rarer do the jobs come when the faults are over: what is left to do waits for an instant, and a look that finds nothing teaches nothing. */
const CALM = 3
const HOUR = '3600'

export const SETTINGS = bookingsSettings({
  DATA_DIR: '/nowhere',
  BROKER_URL: 'memory:',
  LOG_LEVEL: 'silent',
  HOLD_TTL_SECONDS: '120',
  HOLD_LIFE_MAX_SECONDS: '400',
  HOLDS_PER_USER_MAX: '3',
  PIN_MAX_SECONDS: '300',
  EXPIRY_EVERY_SECONDS: HOUR,
  RECOVERY_EVERY_SECONDS: HOUR,
})

const lost = () => Object.assign(new Error('the connection is gone'), { fatal: true })
const deadlock = () => Object.assign(new Error('the server has chosen a victim'), { errno: 1213 })

/** One process of the bookings service. Each statement and each call to the outside is a point at which it may die; what it was doing then never goes on. */
export class Replica {
  readonly name: string
  readonly parts: ReplicaParts
  readonly takeSeats: TakeSeats
  readonly death: Promise<void>
  readonly #options: ReplicaOptions
  readonly #db: Database
  readonly #startRelay: () => Relay
  #isDead = false
  #bury: () => void = () => undefined

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.name = options.name
    const { bank, events, machine, replace } = options
    this.death = new Promise((resolve) => (this.#bury = resolve))
    const logger = createLogger({ service: 'bookings', level: 'silent' })
    const metrics = createMetrics('bookings')
    this.#db = machine.db
    this.#standBeforeStatements()
    const outbox = new Outbox(this.#db, { producer: 'bookings' })
    const tools = { ...machine, provider: bank.clientOf(this), outbox, logger, metrics }
    const wired = { ...wire(SETTINGS, tools), bus: events.publisherOf(this) }
    this.parts = { ...wired, ...replace?.(wired) }
    this.takeSeats = new TakeSeats({ ...this.parts, rules: this.parts.holdRules })
    this.#startRelay = () => startRelay({ db: this.#db, bus: this.parts.bus, outbox, logger, metrics, everyMs: RELAY_EVERY_MS })
  }

  /** Begins its work, at whose very first statement it may die. */
  start(): void {
    this.#startRelay()
    this.#startJobs()
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** An await of the process. It goes on a little later, or never. */
  async point(what: string): Promise<void> {
    const { world } = this.#options
    if (this.#isDead) return never()
    world.note(`${this.name} ${what}`)
    if (world.strikes(DEATH)) {
      this.kill()
      return never()
    }
    await world.sleep(world.strikes(0.01) ? world.chance.between(100, 8_000) : world.chance.between(0, 5))
    if (this.#isDead) return never()
  }

  /** As by SIGKILL: nothing it was doing goes on, and its open transactions are rolled back by the database. */
  kill(): void {
    if (this.#isDead) return
    this.#isDead = true
    this.#options.world.note(`${this.name} DIES`)
    const { connections } = this.#db.sequelize.connectionManager as unknown as { connections: Record<string, { close(): void }> }
    for (const [id, connection] of Object.entries(connections)) {
      connection.close()
      // The next to live here opens its own.
      delete connections[id]
    }
    this.#bury()
    this.#options.died(this)
  }

  /** Plain statements go through `rows` and `run`; models, BEGIN and COMMIT through Sequelize's `query`. */
  #standBeforeStatements(): void {
    const db = this.#db
    const { sequelize } = db
    const query = sequelize.query.bind(sequelize) as (sql: unknown, options: object) => Promise<unknown>
    Object.assign(sequelize, {
      query: (sql: string | { query: string }, options: { transaction?: Transaction } = {}) =>
        this.#stand(typeof sql === 'string' ? sql : sql.query, options.transaction, (text) => query(text ?? sql, options)),
    })
    const standing =
      (send: (sql: string, values?: SqlValues, tx?: Transaction) => Promise<unknown>) =>
      (sql: string, values?: SqlValues, tx?: Transaction) =>
        this.#stand(sql, tx, () => send(sql, values, tx))
    Object.assign(db, { rows: standing(db.rows.bind(db)), run: standing(db.run.bind(db)) })
  }

  /** `query` sends the statement, or another in its place. */
  async #stand(sql: string, tx: Transaction | undefined, query: (instead?: string) => Promise<unknown>): Promise<unknown> {
    const send = async () => {
      try {
        return await query()
      } finally {
        // The dead are not told that their connection was closed.
        if (this.#isDead) await never()
      }
    }
    if (/^(ROLLBACK|PRAGMA)/.test(sql)) return query()
    if (sql.startsWith('COMMIT')) return this.#commit(send, () => query('ROLLBACK'))
    await this.point(wordsOf(sql))
    this.#maybeFail(tx !== undefined && !sql.startsWith('BEGIN'))
    const outcome = await send()
    if (tx === undefined && !sql.startsWith('SELECT')) await this.point('written')
    return outcome
  }

  async #commit(send: () => Promise<unknown>, rollBack: () => Promise<unknown>): Promise<unknown> {
    const { world } = this.#options
    await this.point('COMMIT')
    const isCut = world.strikes(LOST_AT_COMMIT)
    if (isCut && world.chance.hit(0.5)) {
      // As the database does with a connection that has gone.
      await rollBack()
      throw lost()
    }
    const outcome = await send()
    await this.point(isCut ? 'committed, unanswered' : 'committed')
    if (isCut) throw lost()
    return outcome
  }

  #maybeFail(isInTransaction: boolean): void {
    const { world } = this.#options
    if (isInTransaction && world.strikes(DEADLOCK)) throw deadlock()
    if (world.strikes(LOST_CONNECTION)) throw lost()
  }

  #startJobs(): void {
    const { parts } = this
    this.#every('expire', 10_000, () => expireHolds(parts))
    this.#every('recover', 15_000, () => recoverPayments(parts))
    this.#every('refund', 20_000, () => sendRefunds(parts))
    this.#every('cancel flights', 20_000, () => cancelFlights(parts))
    this.#every('announce', 30_000, () => announceInventory(parts))
  }

  #every(name: string, ms: number, work: () => Promise<unknown>): void {
    const { world, unexpected } = this.#options
    const loop = async () => {
      while (!this.#isDead) {
        await world.sleep(ms * (0.5 + world.chance.next()) * (world.hasFaults ? 1 : CALM))
        try {
          if (!this.#isDead) await work()
        } catch (error) {
          unexpected(`${this.name} job ${name}`, error)
        }
      }
    }
    void loop()
  }
}

/** `UPDATE claims`, `SELECT bookings`: enough to see in a trace what is going on. */
function wordsOf(sql: string): string {
  const [verb = ''] = sql.trimStart().split(/\s/, 1)
  const table = /(?:FROM|INTO|UPDATE)\s+`?(\w+)/i.exec(sql)?.[1] ?? ''
  return `${verb} ${table}`.trim()
}
