import { rmSync } from 'node:fs'
import {
  newId,
  openBus,
  openDatabase,
  createServiceTokens,
  Refusal,
  type Bus,
  type Caller,
  type Database,
  type Service,
} from '@skyhold/platform'
import type { EventData, EventEnvelope } from '@skyhold/contracts'
import { assertDeclared, type SaidEvent, standInProducer, tempDir } from '@skyhold/testkit'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createFlights, flightsSettings } from '../../src/app.ts'

/** A Monday morning in winter: 06:00 in London, 11:30 in Delhi, 01:00 in New York. */
export const MONDAY_MS = Date.parse('2026-11-30T06:00:00Z')

const logger = pino({ level: 'silent' })
const CALLERS: Record<string, Pick<Caller, 'roles' | 'operatorId'>> = {
  admin: { roles: ['admin'], operatorId: 'opr_1' },
  agent: { roles: ['agent'], operatorId: 'opr_1' },
  customer: { roles: ['customer'], operatorId: 'opr_1' },
  'other-admin': { roles: ['admin'], operatorId: 'opr_2' },
}

export interface Answer {
  status: number
  headers: Headers
  // What a test looks at it states by its expectations; the shapes are checked by the contracts.
  body: ReturnType<typeof JSON.parse>
}

export interface Call {
  as?: string
  headers?: Record<string, string>
  body?: unknown
}

/** A flights service with its own database and bus, a clock that tests move, and tokens that are names. */
export interface RunningFlights {
  readonly service: Service
  readonly db: Database
  readonly bus: Bus
  clock: { nowMs: number }
  call(method: string, path: string, call?: Call): Promise<Answer>
  get(path: string, call?: Call): Promise<Answer>
  events(flightId?: string): Promise<EventEnvelope[]>
  /** What the bookings service claims to have published. */
  saidByBookings: SaidEvent[]
  publishInventory(data: EventData<'inventory.changed'>, sequence: number, eventId?: string): Promise<void>
  close(): Promise<void>
}

interface RunOptions {
  url: string
  seed?: 'demo' | 'none'
  nowMs?: number
  horizonDays?: number
}

export async function runFlights({ url, seed = 'none', nowMs = MONDAY_MS, horizonDays = 60 }: RunOptions): Promise<RunningFlights> {
  const dataDir = tempDir('flights')
  const bookings = await standInProducer()
  const settings = flightsSettings({
    DATABASE_URL: url,
    DATA_DIR: dataDir,
    SEED: seed,
    SALES_HORIZON_DAYS: String(horizonDays),
    BOOKINGS_URL: bookings.url,
    START_PATIENCE_SECONDS: '10',
    LOG_LEVEL: 'silent',
  })
  const clock = { nowMs }
  const verifier = { verify: async (token: string) => callerNamed(token) }
  const service = createFlights(settings, { port: 0, logger, verifier, now: () => clock.nowMs })
  const db = openDatabase({ url, logger, synchronous: 'NORMAL' })
  const bus = openBus({ url: 'memory:', dataDir, logger, metrics: new Registry() })
  await service.listen()
  await service.started
  await bus.connect()

  async function call(method: string, path: string, { as, headers = {}, body }: Call = {}): Promise<Answer> {
    const answer = await fetch(service.url + path, {
      method,
      headers: {
        ...(as && {
          authorization: `Bearer ${as === 'service' ? await createServiceTokens(settings.SERVICE_TOKEN_SECRET, 'bookings').sign('flights') : as}`,
        }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    assertDeclared(method, answer, text)
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
  }

  return {
    service,
    db,
    bus,
    clock,
    call,
    get: (path, options) => call('GET', path, options),
    async events(flightId) {
      const rows = await db.rows<{ payload: string }>(
        `SELECT payload FROM outbox ${flightId === undefined ? '' : 'WHERE aggregate_id = :flightId'} ORDER BY id`,
        flightId === undefined ? {} : { flightId },
      )
      return rows.map((row) => JSON.parse(row.payload))
    },
    saidByBookings: bookings.said,
    publishInventory: (data, sequence, eventId = newId('event')) =>
      bus.publish({
        eventId,
        type: 'inventory.changed',
        version: 1,
        occurredAt: new Date(clock.nowMs).toISOString(),
        producer: 'bookings',
        aggregate: { type: 'inventory', id: data.flightId, sequence },
        correlationId: 'test',
        causationId: null,
        data,
      }),
    async close() {
      await service.close()
      await bookings.close()
      await bus.close()
      await db.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function callerNamed(name: string): Caller {
  const caller = CALLERS[name]
  if (!caller) throw new Refusal('invalid_token')
  return { userId: `usr_${name.replace('-', '')}`, sessionId: 'ses_1', ...caller }
}

/** A flight from Delhi to Mumbai on Tuesday, as an operator posts it; members can be changed or, with undefined, left out. */
export const plan = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  carrier: 'D1',
  number: '4001',
  from: 'DEL',
  to: 'BOM',
  departsAt: '2026-12-01T08:30',
  blockMinutes: 135,
  aircraft: 'A20N',
  ...changes,
})

let lastNumber = 5000
/** Posts a flight under a number of its own and gives its id and tag. */
export async function planned(
  flights: RunningFlights,
  changes: Record<string, unknown> = {},
): Promise<{ id: string; tag: string; body: Answer['body'] }> {
  lastNumber += 1
  const answer = await flights.call('POST', '/api/v1/flights', { as: 'admin', body: plan({ number: String(lastNumber), ...changes }) })
  if (answer.status !== 201) throw new Error(`the flight was not made: ${JSON.stringify(answer.body)}`)
  return { id: answer.body.id, tag: answer.headers.get('etag') ?? '', body: answer.body }
}

export const pointersOf = (answer: Answer): string[] => (answer.body.errors ?? []).map((error: { pointer: string }) => error.pointer)

/** The path of a flight's states, without what else was done to it: from, to, actor, note. */
export async function auditOf({ db }: RunningFlights, flightId: string): Promise<string[][]> {
  const rows = await db.rows<{ from_status: string; to_status: string; actor: string; note: string }>(
    "SELECT from_status, to_status, actor, note FROM audit WHERE aggregate_id = :flightId AND aggregate_type = 'flight' ORDER BY id",
    { flightId },
  )
  return rows.map(({ from_status, to_status, actor, note }) => [from_status, to_status, actor, note])
}
