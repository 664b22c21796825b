import type { EventEnvelope } from '@skyhold/contracts'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { DataTypes } from 'sequelize'
import type { Bus, Subscription } from '../../src/bus/index.ts'
import { openDatabase, type Database } from '../../src/database/index.ts'
import { jobsTable } from '../../src/jobs.ts'
import { inboxTable, outboxTable, type NewEvent, type Outbox, startRelay, type Relay, type RelayOptions } from '../../src/outbox/index.ts'
import { newId } from '../../src/random.ts'

/** A database with the tables of the platform and `effects`, where a test writes what a change or a consumer did. */
export async function openTables(url: string): Promise<Database> {
  const db = openDatabase({ url, logger: pino({ level: 'silent' }) })
  await db.connect()
  const tables = db.sequelize.getQueryInterface()
  await outboxTable(tables)
  await inboxTable(tables)
  await jobsTable(tables)
  await tables.createTable('effects', { name: { type: DataTypes.STRING(64) } })
  return db
}

export const userRegisteredNow = (): NewEvent<'user.registered'> => ({
  type: 'user.registered',
  aggregate: { type: 'user', id: newId('user'), sequence: 1 },
  correlationId: 'req_test',
  data: { userId: newId('user'), email: 'ana@example.com', givenNames: "Ana :rows \\' ?", familyName: 'Nguyễn 🛫' },
  occurredAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
})

/** A bus that remembers what it confirmed and fails when it is told to. */
export class RecordingBus implements Bus {
  readonly confirmed: EventEnvelope[] = []
  readonly traces: (string | null)[] = []
  tries = 0
  /** Throws for what must not pass. */
  gate: (event: EventEnvelope) => void = () => {}

  async connect(): Promise<void> {}

  async publish(event: EventEnvelope, { traceparent = null }: { traceparent?: string | null } = {}): Promise<void> {
    this.tries += 1
    this.gate(event)
    await new Promise(setImmediate)
    this.confirmed.push(event)
    this.traces.push(traceparent)
  }

  eventIds(): string[] {
    return this.confirmed.map(({ eventId }) => eventId)
  }

  subscribe(): Promise<Subscription> {
    throw new Error('The recording bus delivers nothing.')
  }

  subscribeToDeadLetters(): Promise<Subscription> {
    throw new Error('The recording bus has no dead letters.')
  }

  replay(): Promise<void> {
    throw new Error('The recording bus has no dead letters.')
  }

  async depth(): Promise<number> {
    return 0
  }

  isConnected(): boolean {
    return true
  }

  async close(): Promise<void> {}
}

export function startTestRelay(options: { db: Database; bus: Bus; outbox: Outbox } & Partial<RelayOptions>): Relay {
  return startRelay({ logger: pino({ level: 'silent' }), metrics: new Registry(), everyMs: 20, ...options })
}

/** The same database, except that a relay on it dies before it can mark what the broker has confirmed. */
export function dyingBeforeMark(db: Database): { db: Database; died: Promise<void> } {
  let die = (): void => {}
  const died = new Promise<void>((resolve) => (die = resolve))
  const dying: Database = Object.create(db, {
    run: {
      value: (sql: string, ...more: [Parameters<Database['run']>[1], Parameters<Database['run']>[2]]) => {
        if (!sql.includes("'published'")) return db.run(sql, ...more)
        die()
        throw new Error('The process was killed.')
      },
    },
    transaction: { value: db.transaction.bind(db) },
    rows: { value: db.rows.bind(db) },
    now: { value: db.now.bind(db) },
  })
  return { db: dying, died }
}

/** The same database, except for its reads. */
export function withReads(db: Database, read: (...args: Parameters<Database['rows']>) => Promise<object[]>): Database {
  return Object.create(db, {
    rows: { value: read },
    run: { value: db.run.bind(db) },
    transaction: { value: db.transaction.bind(db) },
    now: { value: db.now.bind(db) },
    dialect: { value: db.dialect },
  })
}

/** The same database, except that a relay on it claims what another one has. */
export const withoutClaims = (db: Database): Database =>
  withReads(db, (sql, values, tx) => db.rows(sql.replace('AND locked_until <= :nowMs', ''), values, tx))

/** The same database, with the texts of its reads. */
export function spyOnReads(db: Database): { spied: Database; statements: string[] } {
  const statements: string[] = []
  const spied = withReads(db, (...args) => {
    statements.push(args[0])
    return db.rows(...args)
  })
  return { spied, statements }
}
