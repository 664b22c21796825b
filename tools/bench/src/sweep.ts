import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger, type Database, openDatabase } from '@skyhold/platform'
import { type Bench, ratio, type Report, startService } from './bench.ts'
import { holdTarget, listSeats } from './holds.ts'
import { type Figures, measure } from './load.ts'

/** What is left of a sale's opening that went wrong, or of a night in which no job ran. */
const LAPSED = 100_000
const SEATS_PER_FLIGHT = 200
const BATCH = 1_000
/** Then the sweeper has failed. */
const PATIENCE_MS = 120_000

/** How long a bookings process needs to sweep 100,000 lapsed holds with their claims, and what people who take seats there meanwhile feel of it. */
export async function benchSweep(bench: Bench): Promise<Report> {
  const flights = await startService(bench, { name: 'flights' })
  const url = await bench.databases.create('bookings')
  const rules = { HOLDS_PER_USER_MAX: '1000', HOLD_TTL_SECONDS: '3600', HOLD_LIFE_MAX_SECONDS: '7200', EXPIRY_EVERY_SECONDS: '1' }
  const bookings = await startService(bench, {
    name: 'bookings',
    hasDatabase: false,
    env: { DATABASE_URL: url, FLIGHTS_URL: flights.url, ...rules },
  })
  const seats = await listSeats(flights.url, bookings.url)
  await flights.stop()
  const target = holdTarget(bench, bookings.url, seats)

  const db = openDatabase({ url, logger: createLogger({ service: 'bench', level: 'silent' }) })
  await db.connect()
  try {
    await fill(db)
    const before = await measure([{ ...target, name: 'holds before' }], bench.seconds)
    // All of them at one instant: the sweeper has met none of them before.
    await db.run(`UPDATE holds SET status = 'active' WHERE status = 'waiting'`)
    const startedAtMs = performance.now()
    const swept = untilSwept(db).then(() => performance.now() - startedAtMs)
    const beside = await measure([{ ...target, name: 'holds, while 100,000 are swept' }], bench.seconds)
    const leftAfter = await countLapsed(db)
    const seconds = (await swept) / 1000
    // Every hold that is stored makes the next a little slower: half-way between before and after is what the sweeper found.
    const after = await measure([{ ...target, name: 'holds after' }], bench.seconds)
    return {
      title: 'sweeping 100,000 lapsed holds',
      figures: [...before, ...beside, ...after],
      ratios: [
        `swept in ${seconds.toFixed(1)} s beside the load (target: below 60 s); ${leftAfter} were left when the measurement ended`,
        `holds while sweeping / mean of before and after: ${ratio(beside[0], meanOf(before[0], after[0]))} × (target: at least 0.8)`,
      ],
    }
  } finally {
    await db.close()
  }
}

function meanOf(one?: Figures, other?: Figures): Figures | undefined {
  return one && other && { ...one, perSecond: (one.perSecond + other.perSecond) / 2 }
}

/** Holds of an hour ago that nobody has swept, each with one claim, on flights that the timetable does not have. */
async function fill(db: Database): Promise<void> {
  const lapsedAtMs = (await db.now()) - 3_600_000
  const createdAtMs = lapsedAtMs - 600_000
  for (let first = 0; first < LAPSED; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, LAPSED - first) }, (_, i) => first + i)
    const placed = numbers.map((n) => ({
      id: `hld_swept${n}`,
      flightId: `flt_swept${Math.floor(n / SEATS_PER_FLIGHT)}`,
      seat: `${(n % SEATS_PER_FLIGHT) + 1}A`,
    }))
    const holds = placed.map(({ id, flightId, seat }) => {
      const held = [{ flightId, fare: 'YFLEX', seats: [{ designator: seat, price: { amountMinor: 100, currency: 'INR' } }] }]
      return [id, 'opr_1', `usr_swept${id}`, 'waiting', createdAtMs, lapsedAtMs, lapsedAtMs, 100, 'INR', 1, JSON.stringify(held)]
    })
    const claims = placed.map(({ id, flightId, seat }) => [flightId, 1, seat, id, 'opr_1', 'held', lapsedAtMs])
    await db.transaction(async (tx) => {
      await db.run(
        'INSERT INTO holds (id, operator_id, user_id, status, created_at, expires_at, expires_at_max, total_minor, currency, seat_count, flights) VALUES :rows',
        { rows: holds },
        tx,
      )
      await db.run('INSERT INTO claims (flight_id, leg, seat, hold_id, operator_id, state, expires_at) VALUES :rows', { rows: claims }, tx)
    })
  }
}

async function untilSwept(db: Database): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  // Never counted here: four counts a second take a server a seventh of a processor, which the sweeper would be blamed for.
  while (await hasLapsed(db)) {
    if (performance.now() > deadline) throw new Error(`${await countLapsed(db)} lapsed holds are left after ${PATIENCE_MS / 1000} s.`)
    await sleep(250)
  }
}

const LAPSED_HOLDS = `FROM holds WHERE status = 'active' AND expires_at <= :nowMs`

async function hasLapsed(db: Database): Promise<boolean> {
  return (await db.rows(`SELECT id ${LAPSED_HOLDS} LIMIT 1`, { nowMs: await db.now() })).length > 0
}

async function countLapsed(db: Database): Promise<number> {
  const [row] = await db.rows<{ lapsed: number }>(`SELECT COUNT(*) AS lapsed ${LAPSED_HOLDS}`, { nowMs: await db.now() })
  return row?.lapsed ?? 0
}
