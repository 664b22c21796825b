import { type CheckMemory, type Finding, type IntegrityCheck, trailsCheck } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { bookingsChecks } from '../../src/integrity/index.ts'
import { paymentsAndBookings } from '../../src/integrity/money.ts'
import { claimsAndTickets, confirmedBookings, soldSeatsArePaid } from '../../src/integrity/seats.ts'
import { TRAILS } from '../../src/integrity/trails.ts'
import { useShop } from '../support/paying.ts'
import { PLANTED, plant } from '../support/planted-violations.ts'
import { type Sale, saleOf } from '../support/sold.ts'

/** Each buys two seats, on a flight of his own. */
const BUYERS = ['ada', 'bea', 'cid', 'dot']
/** With a slice of one row, the tickets have as many turns; then one more to begin again. */
const ROUND = 2 * BUYERS.length + 1
/** As much later everything in the audit is settled. */
const LATER_MS = 3_600_000

const ofSales: readonly IntegrityCheck[] = [claimsAndTickets(1), confirmedBookings(1), soldSeatsArePaid(1), paymentsAndBookings(1)]
const sliced: readonly IntegrityCheck[] = [...ofSales, trailsCheck({ kinds: TRAILS, means: '', sliceSize: 1 })]
/** By the name of a check, the trails of a sale by whose growth it is told to look. */
const TOLD_BY: Readonly<Record<string, readonly (keyof typeof ID_OF)[]>> = {
  'I1.claims-and-tickets': ['booking', 'hold'],
  'I1.confirmed-bookings': ['booking', 'hold'],
  'I4.sold-seats-are-paid': ['booking', 'hold', 'payment'],
  'I3.payments-and-bookings': ['payment'],
}
const ID_OF = { booking: ':bookingId', hold: ':holdId', payment: ':paymentId' } as const
const plantedFor = (checks: readonly IntegrityCheck[]) =>
  PLANTED.flatMap((planted) =>
    checks.filter(({ name }) => name === planted.check).map((check) => [check.name, planted.what, check, planted] as const),
  )

describe.each(databases())('slices of the integrity checks on $name', ({ create }) => {
  const shop = useShop(create, { settings: { INTEGRITY_EVERY_SECONDS: '3600' } })
  let sale: Sale

  beforeAll(async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const sales: Sale[] = []
    for (const name of BUYERS) sales.push(await saleOf(shop, await shop.order(name, { seats: ['1A', '1B'] })))
    // Neither the first nor the last: the next run looks at it no sooner than all others before it.
    sale = sales.at(-2) ?? expect.fail('there is no sale')
  })

  const now = async () => (await shop.first.parts.db.now()) + LATER_MS
  async function run(check: IntegrityCheck, memory: CheckMemory | null): Promise<Finding> {
    const { db } = shop.first.parts
    return check.find({ dialect: db.dialect, rows: db.rows.bind(db), nowMs: await now(), memory })
  }
  async function runs(check: IntegrityCheck, count: number, first: CheckMemory | null): Promise<Finding[]> {
    const found: Finding[] = []
    for (let number = 0; number < count; number += 1) found.push(await run(check, found.at(-1)?.memory ?? first))
    return found
  }
  const grow = (type: keyof typeof ID_OF) =>
    shop.first.parts.db.run(
      `INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note)
       VALUES ('${type}', ${ID_OF[type]}, 'planted', 'planted', :nowMs, 'test', '', '')`,
      { ...sale },
    )

  // What is added is found at once: a trail has grown by it, or it is the first of its kind.
  test.each(plantedFor(sliced).filter(([, , , { sql }]) => !sql.some((statement) => statement.startsWith('INSERT'))))(
    '%s — %s, and no trail has grown — is found within a round of slices, then in every run until it is put right',
    async (_check, _what, check, planted) => {
      const { db } = shop.first.parts
      const { memory: before = null, violations } = await run(check, null)
      expect(violations).toBe(0)
      const putRight = await plant(db, planted, { ...sale, nowMs: await db.now() })
      const found = await runs(check, 2 * ROUND, before)
      await putRight()
      const isReported = found.map(({ sample }) => planted.says.test(sample.join('\n')))
      expect(isReported[0]).toBe(false)
      expect(isReported.indexOf(true)).toBeLessThan(ROUND)
      expect(isReported.slice(isReported.indexOf(true))).not.toContain(false)
      const [mended] = await runs(check, 1, found.at(-1)?.memory ?? null)
      expect(mended).toMatchObject({ violations: 0 })
    },
  )

  test.each(
    plantedFor(ofSales).flatMap(([name, what, check, planted]) =>
      (TOLD_BY[name] ?? []).map((type) => [name, what, type, check, planted] as const),
    ),
  )('%s — %s, and the trail of the %s has grown — is found at once', async (_check, _what, type, check, planted) => {
    const { db } = shop.first.parts
    const { memory = null } = await run(check, null)
    const putRight = await plant(db, planted, { ...sale, nowMs: await db.now() })
    const without = await run(check, memory)
    await grow(type)
    const found = await run(check, memory)
    await putRight()
    expect(without.violations).toBe(0)
    expect(found.sample.join('\n')).toMatch(planted.says)
  })

  test('checks that are sliced — of a database that fits into their slices — look at it whole, and say nothing of a scope', async () => {
    const checks = bookingsChecks(shop.first.parts.paymentRules).filter(({ name }) => sliced.some((check) => check.name === name))
    expect(checks).toHaveLength(sliced.length)
    for (const check of checks)
      for (const { scope } of await runs(check, 2, null)) expect([check.name, scope]).toEqual([check.name, undefined])
    for (const check of sliced)
      expect([check.name, (await run(check, null)).scope]).toEqual([check.name, expect.stringMatching(/ 1 more of each /)])
  })
})
