import type { IntegrityEntry, IntegrityReport } from '@skyhold/contracts'
import type { Database } from '@skyhold/platform'
import { waitFor } from '@skyhold/testkit'
import { expect } from 'vitest'
import { TRAILS as TRAILS_OF_BOOKINGS } from '../../../services/bookings/src/integrity/trails.ts'
import { TRAILS as TRAILS_OF_FLIGHTS } from '../../../services/flights/src/integrity/trails.ts'
import { expectStatus } from '../../e2e/support/traveller.ts'
import { brokenPaths } from '../../simulation/judge-audit.ts'
import type { Books, Databases } from './books.ts'
import { letLeasesRunOut } from './leases.ts'
import { expectMail } from './letters.ts'
import { openEnds, UNTRUE } from './questions.ts'
import { nothingTold, type Told } from './sales.ts'

/** When the faults are over: all comes to rest, and every invariant holds. Their numbers are those of docs/verify.md. */
export async function expectAllTrue(books: Books, told: Told = nothingTold()): Promise<void> {
  await books.open(['bookings', 'notifications', 'flights', 'identity'], async (databases) => {
    await letLeasesRunOut(databases)
    await expectRest(databases)
    const { bookings, flights } = databases
    if (!bookings || !flights) throw new Error('bookings and flights have databases')
    for (const { invariant, sql } of UNTRUE) expect(await bookings.rows(sql), invariant).toEqual([])
    await expectMoneyConserved(bookings, books)
    expect([...(await brokenPaths(bookings, TRAILS_OF_BOOKINGS)), ...(await brokenPaths(flights, TRAILS_OF_FLIGHTS))]).toEqual([])
    await expectTold(bookings, told)
  })
  await expectMail(
    books,
    told.bookings.map(({ booking }) => booking),
  )
  await expectIntegrity(books)
}

/** I9. */
async function expectRest(databases: Databases): Promise<void> {
  await waitFor(
    async () => {
      for (const [service, db] of Object.entries(databases)) expect(await openEnds(service, db), service).toEqual({})
      return true
    },
    { timeoutMs: 90_000, what: 'I9: everything to come to rest' },
  )
}

/** I2: our payments are the provider's charges, one by one. */
async function expectMoneyConserved(bookings: Database, books: Books): Promise<void> {
  const ours = await bookings.rows<Line>(
    `SELECT id, amount_minor AS amountMinor,
            COALESCE((SELECT SUM(amount_minor) FROM refunds WHERE refunds.payment_id = payments.id AND refunds.status = 'succeeded'), 0) AS refundedMinor
     FROM payments WHERE status IN ('captured', 'partially_refunded', 'refunded') AND amount_minor > 0`,
  )
  const theirs = await books.ledger()
  expect(linesOf(ours), 'I2').toEqual(
    linesOf(theirs.map(({ metadata, amountMinor, refundedMinor }) => ({ id: metadata.paymentId, amountMinor, refundedMinor }))),
  )
}

interface Line {
  id: string
  amountMinor: number
  refundedMinor: number
}

const linesOf = (lines: readonly Line[]): string[] =>
  lines.map((line) => `${line.id} ${line.amountMinor} ${line.refundedMinor}`).sort((a, b) => a.localeCompare(b))

/** I11: what people were told is there, and I5: nothing else. */
async function expectTold(db: Database, { bookings, paid, declined }: Told): Promise<void> {
  const present = new Set((await db.rows<{ id: string }>('SELECT id FROM bookings')).map(({ id }) => id))
  const lost = bookings.map(({ booking }) => booking.id).filter((id) => !present.has(id))
  expect(lost, 'I11: bookings that were acknowledged').toEqual([])
  const ids = bookings.map(({ booking }) => booking.id)
  const others = `SELECT id FROM bookings WHERE user_id IN (SELECT user_id FROM bookings told WHERE told.id IN (:ids)) AND id NOT IN (:ids)`
  if (ids.length > 0) expect(await db.rows(others, { ids }), 'I5: bookings of these people beyond those that were acknowledged').toEqual([])
  const payments = await db.rows<{ id: string; status: string }>('SELECT id, status FROM payments')
  const statuses = new Map(payments.map(({ id, status }) => [id, status]))
  for (const paymentId of paid) expect(statuses.get(paymentId), `I11: ${paymentId} was answered 201`).toMatch(/captured|refunded/)
  for (const paymentId of declined) expect(statuses.get(paymentId), `I11: ${paymentId} was answered 402`).toBe('failed')
}

/** What the services find of themselves, asked anew. One whose last run was ended with its process is unknown until the lease of that run is over. */
async function expectIntegrity(books: Books): Promise<void> {
  const administrator = await books.administrator()
  const { checks } = await waitFor(
    async () => {
      const askedAtMs = Date.now()
      const { body } = await expectStatus(administrator.call<IntegrityReport>('POST', '/integrity/runs'), 200)
      const isStale = ({ status, checkedAt }: IntegrityEntry) => status === 'unknown' || Date.parse(checkedAt ?? '') < askedAtMs
      expect(body.checks.filter(isStale)).toEqual([])
      return body
    },
    { timeoutMs: 120_000, what: 'every service to have checked itself' },
  )
  expect(checks.filter(({ status }) => status !== 'ok').map(({ service, name, sample }) => ({ service, name, sample }))).toEqual([])
}
