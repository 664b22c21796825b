import type { Booking } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { expect } from 'vitest'
import { mailIsTrueAndComesOnce } from '../../../tools/verify/src/checkers/mails.ts'
import type { Call, History } from '../../../tools/verify/src/history/history.ts'
import type { Mail, Observations } from '../../../tools/verify/src/observe/observations.ts'
import { expectStatus } from '../../e2e/support/traveller.ts'
import type { Administrator, Books } from './books.ts'

const READS_AT_ONCE = 20

/**
 * I12, by the checker of `npm run verify`: each confirmation, cancellation, expiry and refund of these bookings has its one e-mail, true in what it says, and there is none about anything that was not.
 * The bookings are those that people were told of, as they were then.
 */
export async function expectMail(books: Books, told: readonly Booking[]): Promise<void> {
  if (told.length === 0) return
  const bookings = await readAll(await books.administrator(), told)
  const addresses = new Set(bookings.map(({ contact }) => contact?.email))
  await waitFor(
    async () => {
      const mails = (await books.mails()).filter(({ to }) => addresses.has(to))
      expect(mailIsTrueAndComesOnce.check(historyOf(told), observationsOf(bookings, mails)).violations).toEqual([])
      return true
    },
    { timeoutMs: 30_000, what: 'I12: one e-mail for each fact' },
  )
}

async function readAll(administrator: Administrator, told: readonly Booking[]): Promise<Booking[]> {
  const found: Booking[] = []
  for (let i = 0; i < told.length; i += READS_AT_ONCE) {
    const replies = told
      .slice(i, i + READS_AT_ONCE)
      // A service that has been away is slow at first.
      .map(({ id }) => waitFor(() => expectStatus(administrator.call<Booking>('GET', `/bookings/${id}`), 200), { timeoutMs: 60_000 }))
    found.push(...(await Promise.all(replies)).map(({ body }) => body))
  }
  return found
}

const CALL: Omit<Call, 'path' | 'answer'> = {
  id: 0,
  user: 'somebody',
  operation: 'book',
  method: 'POST',
  key: null,
  body: null,
  startedAtMs: 0,
  endedAtMs: 0,
  lostBecause: null,
}

const historyOf = (told: readonly Booking[]): History => ({
  run: { kind: 'run', atMs: 0, seed: '', users: [], flightIds: [], isPrivate: false, holdsPerUserMax: null },
  calls: told.map((body) => ({ ...CALL, path: '/bookings', answer: { status: 201, isReplayed: false, hasRetryAfter: false, body } })),
  faults: [],
})

const observationsOf = (bookings: readonly Booking[], mails: Mail[]): Observations => ({
  bookings: bookings.map((booking) => ({ user: CALL.user, booking })),
  holds: [],
  seatMaps: [],
  observedAtMs: 0,
  ledger: null,
  mails,
  // Under a Message-ID that was there: after a crash in the middle of sending that is promised.
  mailCopies: null,
  integrity: null,
  unsettled: [],
  settledAfterMs: 0,
  outboxes: null,
  memory: null,
  leakingLogLines: null,
})
