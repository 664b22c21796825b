import type { FlightState } from '@skyhold/contracts'
import { type Database, newId } from '@skyhold/platform'
import { fareOf, sampleFlight } from '../../services/bookings/test/support/sample-flights.ts'
import { Cluster } from './cluster.ts'
import { Customer } from './customer.ts'
import { workAtTheDesk } from './desk.ts'
import { judge, UNFINISHED_REFUND } from './judge.ts'
import type { Replace } from './replica.ts'
import { standIn } from './stand-ins.ts'
import type { Stage } from './stage.ts'
import { World } from './world.ts'

export interface SimulateOptions {
  seed: number
  /** Where it plays: a database that is emptied for each run. */
  stage: Stage
  /** How many things each customer does. */
  steps?: number
  replace?: Replace | undefined
  /** Errors say where they come from, which takes time. */
  hasStacks?: boolean
  /** After so long it has failed. */
  realMsMax?: number
}

export interface Outcome {
  seed: number
  /** Sentences; none = all invariants hold. */
  violations: string[]
  trace: readonly string[]
  /** The same for the same seed and the same code. */
  digest: string
  simulatedSeconds: number
}

/** How a person plays one run again. */
export const replayCommand = (seed: number): string => `npm run simulate -- --seed=${seed} --trace`

const CUSTOMERS = 4
export const STEPS = 9
/** Recovery backs off to a minute, refunds to five; a hold lives seven. After so long of quiet something is stuck. */
const CALM_WITHIN_MS = 45 * 60_000
const LOOK_EVERY_MS = 30_000
/** Taken before anything stands in for them: whoever waits for something real in simulated time would wait for ever, and no test's limit would end him. */
const [setRealTimeout, clearRealTimeout] = [setTimeout, clearTimeout]
/** A run takes a fifth of a second. */
const REAL_MS_MAX = 120_000

/** One run: customers, crashes and losses; then quiet until nothing is left to do; then the judgement. */
export async function simulate({
  seed,
  stage,
  steps = STEPS,
  replace,
  hasStacks = false,
  realMsMax = REAL_MS_MAX,
}: SimulateOptions): Promise<Outcome> {
  const inTime = <T>(work: Promise<T>) => within(realMsMax, work, `seed ${seed}`)
  await inTime(stage.clear())
  const world = new World(seed)
  const takeAway = standIn(world, { hasStacks })
  const cluster = new Cluster({ world, stage, replace })
  const customers: Customer[] = []
  try {
    const violations = await inTime(play({ world, cluster, customers, steps, db: stage.db }))
    return { seed, violations, trace: world.trace, digest: world.digest(), simulatedSeconds: world.elapsedMs / 1000 }
  } finally {
    cluster.close()
    await world.settle()
    takeAway()
  }
}

async function within<T>(ms: number, work: Promise<T>, who: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const watch = setRealTimeout(reject, ms, new Error(`${who} stands still: it waits for something that is not in its queue`))
  try {
    return await Promise.race([work, late])
  } finally {
    clearRealTimeout(watch)
  }
}

interface Play {
  world: World
  cluster: Cluster
  customers: Customer[]
  steps: number
  db: Database
}

async function play({ world, cluster, customers, steps, db }: Play): Promise<string[]> {
  const flights = flightsOnSale()
  let isOver = false
  const script = async () => {
    await Promise.all(flights.map((state) => cluster.tellFlight({ state, sequence: 1 })))
    void workAtTheDesk(cluster, db)
    for (let i = 0; i < CUSTOMERS; i += 1) customers.push(new Customer(`c${i}`, cluster, flights))
    await Promise.all([...customers.map((customer) => customer.act(steps)), trouble(flights, cluster)])
    world.note('— the faults stop —')
    world.hasFaults = false
    const endMs = world.nowMs + CALM_WITHIN_MS
    do await world.sleep(LOOK_EVERY_MS)
    while (!(await hasNothingToDo(db)) && world.nowMs < endMs)
    // For what the broker still has on its way.
    await world.sleep(LOOK_EVERY_MS)
    isOver = true
  }
  let failure: Error | undefined
  script().catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error))
    isOver = true
  })
  await world.run(() => isOver)
  if (failure) throw failure
  return judge({ db, cluster, customers })
}

/** Few seats for many: at a fare that goes back, at one that does not, and for nothing. */
function flightsOnSale(): FlightState[] {
  const cabin = { cabin: 'economy' as const, columns: 'ABC', firstRow: 1, lastRow: 3 }
  const fares = [
    fareOf(),
    fareOf({ code: 'ECOFLEX', refundable: true }),
    fareOf({ code: 'ECOFREE', price: { amountMinor: 0, currency: 'EUR' } }),
  ]
  return [0, 1].map(() => sampleFlight({ id: newId('flight'), layout: { cabins: [cabin] }, fares }))
}

/** Now and then a flight changes, and one of them may be cancelled. */
async function trouble(flights: readonly FlightState[], cluster: Cluster): Promise<void> {
  const { world } = cluster
  const [flight] = flights
  if (!flight || !world.chance.hit(0.4)) return
  await world.sleep(world.chance.between(1_000, 120_000))
  await Promise.all([
    cluster.tellFlight({ state: { ...flight, status: 'delayed' }, sequence: 2 }),
    cluster.tellFlight({ state: { ...flight, status: 'cancelled', cancellationReason: 'No crew.' }, sequence: 3 }),
  ])
}

/** Nothing lives that time or a job would end. */
async function hasNothingToDo(db: Database): Promise<boolean> {
  const counts = await db.rows<{ open: number }>(
    `SELECT (SELECT COUNT(*) FROM payments WHERE status IN ('processing', 'unknown', 'requires_action'))
          + (SELECT COUNT(*) FROM refunds WHERE ${UNFINISHED_REFUND})
          + (SELECT COUNT(*) FROM outbox WHERE state = 'pending')
          + (SELECT COUNT(*) FROM holds WHERE status IN ('active', 'pinned'))
          + (SELECT COUNT(*) FROM claims WHERE state = 'held')
          + (SELECT COUNT(*) FROM inventory_marks)
          + (SELECT COUNT(*) FROM bookings WHERE status IN ('awaiting_payment', 'payment_processing', 'cancellation_pending', 'attention')) AS open`,
  )
  return counts[0]?.open === 0
}
