import { type IntegrityCheck, LISTED_MAX, type Look, SAMPLE_MAX } from '@skyhold/platform'
import type { LedgerCharge, LedgerRefund, ProviderLedger } from '../clients/provider-ledger.ts'
import {
  chargeDifference,
  MONEY,
  type OurPayment,
  type OurRefund,
  PAYMENT,
  paymentDifference,
  paymentsBy,
  REFUND,
  refundDifference,
  refundsBy,
} from './our-books.ts'
import { idOf, kindOf, memoryOf, remembered, type Suspect, suspectOf } from './suspects.ts'

/** How far back the first run looks. Older books have been compared by the run that was then. */
const FIRST_MS = 24 * 3_600_000
/** What ended while the last run was at work is compared again; longer than a card's authentication may take. */
const MARGIN_MS = 3_600_000
/** What is younger may be on its way between the provider's books and ours. */
const SETTLED_MS = 120_000
/** So much is looked up one by one in a run; the rest has its turn in the next. */
const SINGLE_MAX = 200
const BATCH = 500

/** One run: what it is told, and what it finds. */
interface Run {
  ledger: ProviderLedger
  look: Look
  startMs: number
  /** What differed before has had its time to settle; anything else may have changed until this moment. */
  settledMs(suspect: Suspect): number
  /** On the provider's lists. */
  seen: Set<Suspect>
  /** To be looked up by itself. */
  asks: Set<Suspect>
  differences: Map<Suspect, string>
}

/**
 * I2 between the provider's books and ours: lists what was charged and given back there since the last run, with a margin, and compares both ways. Nothing is locked and no transaction is
 * open while the provider is asked. What differed stays on the list of every further run, and is looked up by itself there and here, until it agrees.
 */
export const reconciliation = (ledger: ProviderLedger, { singleMax = SINGLE_MAX } = {}): IntegrityCheck => ({
  name: 'I2.reconciliation',
  means: "Our payments and refunds are the provider's: the same ones, of the same amounts, with the same outcomes.",
  runbook: 'i2-reconciliation',
  async find(look) {
    const { untilMs, suspects, waiting, isOld } = remembered(look.memory)
    const firstMs = look.nowMs - FIRST_MS
    const sinceMs = untilMs === null ? firstMs : untilMs - MARGIN_MS
    const startMs = isOld ? Math.min(sinceMs, firstMs) : sinceMs
    const settledMs = (suspect: Suspect) => (suspects.has(suspect) ? Infinity : look.nowMs - SETTLED_MS)
    const run: Run = { ledger, look, startMs, settledMs, seen: new Set(), asks: new Set(), differences: new Map() }
    await compareCharges(run)
    await compareRefunds(run)
    await compareOurs(run)
    const { seen, asks, differences } = run
    const queue = [...new Set([...waiting, ...suspects, ...asks])].filter((suspect) => asks.has(suspect) || !seen.has(suspect))
    for (const suspect of queue.slice(0, singleMax)) note(run, suspect, await lookUp(suspect, run))
    const later = queue.slice(singleMax)
    const carried = later.filter((suspect) => suspects.has(suspect))
    const unasked = later.filter((suspect) => !suspects.has(suspect))
    const rest = carried.map((suspect) => `${kindOf(suspect)} ${idOf(suspect)} differed before and has not been looked up again yet`)
    return {
      violations: differences.size + carried.length,
      sample: [...differences.values(), ...rest].slice(0, SAMPLE_MAX),
      scope: scopeOf({ startMs, before: suspects.size, carried: carried.length, unasked: unasked.length, differing: differences.size }),
      memory: memoryOf(look.nowMs, [...carried, ...differences.keys()], unasked),
    }
  },
})

/** As much as its column holds, whatever the numbers. */
function scopeOf(of: { startMs: number; before: number; carried: number; unasked: number; differing: number }): string {
  const parts = [`What was charged or given back since ${new Date(of.startMs).toISOString()}`]
  if (of.before) parts.push(`${of.before} that differed before`)
  if (of.carried) parts.push(`${of.carried} of them as they were: not looked up again yet`)
  if (of.unasked) parts.push(`not ${of.unasked} that wait to be looked up`)
  if (of.differing + of.carried > LISTED_MAX || of.unasked > LISTED_MAX) parts.push(`only ${LISTED_MAX} are remembered`)
  return `${parts.join('; ')}.`
}

/** Every charge there has its payment here. */
async function compareCharges(run: Run): Promise<void> {
  for await (const page of run.ledger.charges(Math.floor(run.startMs / 1000))) {
    const captured = page.filter(({ isCaptured }) => isCaptured)
    const payments = await paymentsBy(
      run.look,
      'id',
      captured.map(({ paymentId }) => paymentId),
    )
    for (const charge of captured) {
      const suspect = suspectOf('charge', charge.intentId)
      run.seen.add(suspect)
      // A charge that does not name a payment is not of our making: one account may serve other shops.
      if (charge.paymentId === null) continue
      const payment = payments.get(charge.paymentId)
      // A list does not say what of it has gone back.
      if (payment) note(run, suspect, chargeDifference(charge, payment, run.settledMs(suspect)))
      else run.asks.add(suspect)
    }
  }
}

/** Every refund there is one of ours, as far. */
async function compareRefunds(run: Run): Promise<void> {
  for await (const page of run.ledger.refunds(Math.floor(run.startMs / 1000))) {
    for (const { providerId } of page) run.seen.add(suspectOf('given', providerId))
    await compareGiven(page, run)
  }
}

async function compareGiven(page: readonly LedgerRefund[], run: Run): Promise<void> {
  const payments = await paymentsBy(
    run.look,
    'provider_id',
    page.map(({ intentId }) => intentId),
  )
  const refunds = await refundsBy(
    run.look,
    page.map(({ refundId }) => refundId),
  )
  for (const refund of page) {
    const suspect = suspectOf('given', refund.providerId)
    if (refund.intentId && payments.has(refund.intentId))
      note(run, suspect, refundDifference(refund, refunds.get(refund.refundId ?? ''), run.settledMs(suspect)))
  }
}

/** What is said here to be charged or given back, and was on no list there, is asked for. */
async function compareOurs({ look, startMs, seen, asks }: Run): Promise<void> {
  const settledMs = look.nowMs - SETTLED_MS
  for (let after = ''; ; ) {
    const page = await look.rows<OurPayment>(
      `SELECT ${PAYMENT} FROM payments p WHERE p.id > :after AND p.status IN (:money) AND p.amount_minor > 0
         AND p.updated_at >= :startMs AND p.updated_at < :settledMs ORDER BY p.id LIMIT ${BATCH}`,
      { after, money: MONEY, startMs, settledMs },
    )
    for (const { id, providerId } of page)
      if (providerId === null || !seen.has(suspectOf('charge', providerId))) asks.add(suspectOf('payment', id))
    after = page.at(-1)?.id ?? ''
    if (page.length < BATCH) break
  }
  // Made in the window on both sides, or it would not be on the provider's list although it is there.
  const done = await look.rows<OurRefund>(
    `SELECT ${REFUND} FROM refunds r WHERE r.status = 'succeeded' AND r.settled_at IS NULL AND r.created_at >= :startMs AND r.updated_at < :settledMs`,
    { startMs: startMs + SETTLED_MS, settledMs },
  )
  for (const { id, providerId } of done) if (!providerId || !seen.has(suspectOf('given', providerId))) asks.add(suspectOf('refund', id))
}

/** Asks for one in both books. Null: it agrees, or is gone from both. */
async function lookUp(suspect: Suspect, run: Run): Promise<string | null> {
  const id = idOf(suspect)
  switch (kindOf(suspect)) {
    case 'payment':
      return lookUpPayment((await paymentsBy(run.look, 'id', [id])).get(id), suspect, run)
    case 'charge':
      return lookUpCharge(id, suspect, run)
    case 'refund':
      return lookUpRefund((await refundsBy(run.look, [id])).get(id), suspect, run)
    case 'given': {
      const theirs = await run.ledger.findRefund(id)
      if (theirs) await compareGiven([theirs], run)
      return run.differences.get(suspect) ?? null
    }
  }
}

async function lookUpPayment(payment: OurPayment | undefined, suspect: Suspect, run: Run): Promise<string | null> {
  if (!payment) return null
  const charge = payment.providerId ? await run.ledger.findCharge(payment.providerId) : null
  return paymentDifference(payment, charge, run.settledMs(suspect))
}

async function lookUpCharge(intentId: string, suspect: Suspect, run: Run): Promise<string | null> {
  const charge: LedgerCharge | null = await run.ledger.findCharge(intentId)
  // There it is no charge any more: what counts is what is said here of the same intent.
  if (!charge?.isCaptured) {
    const payment = (await paymentsBy(run.look, 'provider_id', [intentId])).get(intentId)
    return payment ? paymentDifference(payment, charge, run.settledMs(suspect)) : null
  }
  if (charge.paymentId === null) return null
  const payment = (await paymentsBy(run.look, 'id', [charge.paymentId])).get(charge.paymentId)
  // What has gone back in full is nobody's money any more.
  if (!payment && charge.givenBackMinor === charge.received.amountMinor) return null
  return chargeDifference(charge, payment, run.settledMs(suspect))
}

async function lookUpRefund(refund: OurRefund | undefined, suspect: Suspect, run: Run): Promise<string | null> {
  if (!refund) return null
  const theirs = refund.providerId ? await run.ledger.findRefund(refund.providerId) : null
  if (theirs) return refundDifference(theirs, refund, run.settledMs(suspect))
  return refund.status === 'succeeded' && refund.settledAtMs === null
    ? `refund ${refund.id} is succeeded, and the provider has no ${refund.providerId ?? 'such refund'}`
    : null
}

function note({ differences }: Run, suspect: Suspect, difference: string | null): void {
  if (difference) differences.set(suspect, difference)
}
