import type { Database } from '@skyhold/platform'
import { waitFor } from '@skyhold/testkit'
import { expect } from 'vitest'
import {
  BOOKING_TRANSITIONS,
  HOLD_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  REFUND_TRANSITIONS,
} from '../../../services/bookings/src/domain/transitions.ts'
import type { Books, Databases } from './books.ts'
import { openEnds, UNTRUE } from './questions.ts'
import type { Told } from './sales.ts'

const GRAPHS: Record<string, Readonly<Record<string, readonly string[]>>> = {
  hold: HOLD_TRANSITIONS,
  booking: BOOKING_TRANSITIONS,
  payment: PAYMENT_TRANSITIONS,
  refund: REFUND_TRANSITIONS,
}

const NOBODY: Told = { bookings: [], paid: [], declined: [] }

/** When the faults are over: all comes to rest, and every invariant holds. Their numbers are those of docs/verify.md. */
export async function expectAllTrue(books: Books, told: Told = NOBODY): Promise<void> {
  await books.open(['bookings', 'notifications', 'flights', 'identity'], async (databases) => {
    await expectRest(databases)
    const { bookings } = databases
    if (!bookings) throw new Error('bookings has a database')
    for (const { invariant, sql } of UNTRUE) expect(await bookings.rows(sql), invariant).toEqual([])
    await expectMoneyConserved(bookings, books)
    await expectDeclaredPaths(bookings)
    await expectTold(bookings, told)
  })
  await expectMail(books, told)
}

/** I9. The lease of a mail whose sender was killed is the longest wait, 40 s. */
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

/** I7: each step in the audit is a declared one and starts where the step before it ended. A note on what did not change is no step. */
async function expectDeclaredPaths(bookings: Database): Promise<void> {
  const steps = await bookings.rows<{ type: string; id: string; was: string | null; became: string }>(
    `SELECT aggregate_type AS type, aggregate_id AS id, from_status AS was, to_status AS became FROM audit
     WHERE from_status IS NULL OR from_status <> to_status ORDER BY audit.id`,
  )
  const at = new Map<string, string>()
  for (const { type, id, was, became } of steps) {
    if (!(type in GRAPHS)) continue
    expect(was, `I7: ${type} ${id} → ${became}`).toBe(at.get(id) ?? null)
    if (was !== null) expect(GRAPHS[type]?.[was], `I7: ${type} ${id}: ${was} → ${became}`).toContain(became)
    at.set(id, became)
  }
}

/** I11: what people were told is there. */
async function expectTold(db: Database, { bookings, paid, declined }: Told): Promise<void> {
  const present = new Set((await db.rows<{ id: string }>('SELECT id FROM bookings')).map(({ id }) => id))
  const lost = bookings.map(({ booking }) => booking.id).filter((id) => !present.has(id))
  expect(lost, 'I11: bookings that were acknowledged').toEqual([])
  const payments = await db.rows<{ id: string; status: string }>('SELECT id, status FROM payments')
  const statuses = new Map(payments.map(({ id, status }) => [id, status]))
  for (const { paymentId } of paid) expect(statuses.get(paymentId), `I11: ${paymentId} was answered 201`).toMatch(/captured|refunded/)
  for (const { paymentId } of declined) if (paymentId) expect(statuses.get(paymentId), `I11: ${paymentId} was answered 402`).toBe('failed')
}

/** I12: one confirmation for each confirmed booking, at most one for a booking that has been confirmed and is cancelled by now, and none for any other. */
async function expectMail(books: Books, { bookings }: Told): Promise<void> {
  for (const email of new Set(bookings.map(({ traveller }) => traveller.email))) {
    const own = bookings.filter(({ traveller }) => traveller.email === email).map(({ booking }) => booking.id)
    const rows = await books.query<{ reference: string; status: string; confirmations: number }>(
      'bookings',
      `SELECT reference, status, (SELECT COUNT(*) FROM audit WHERE audit.aggregate_id = bookings.id AND to_status = 'confirmed') AS confirmations
       FROM bookings WHERE id IN (:own)`,
      { own },
    )
    await waitFor(
      async () => {
        const subjects = await books.confirmationsTo(email)
        for (const { reference, status, confirmations } of rows) {
          const mails = subjects.filter((subject) => subject.includes(reference)).length
          const isRight = status === 'confirmed' ? mails === 1 : mails <= confirmations
          expect(isRight, `${reference} is ${status} and has ${mails} confirmations`).toBe(true)
        }
        return true
      },
      { timeoutMs: 30_000, what: `I12: one e-mail for each confirmed booking of ${email}` },
    )
  }
}
