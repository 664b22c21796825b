import { type IntegrityCheck, type Look, SAMPLE_MAX } from '@skyhold/platform'
import type { LedgerCharge, LedgerRefund, ProviderLedger } from '../clients/provider-ledger.ts'

/** How far back the first run looks. Older books have been compared by the run that was then. */
const FIRST_MS = 24 * 3_600_000
/** What ended while the last run was at work is compared again; longer than a card's authentication may take. */
const MARGIN_MS = 3_600_000
/** What is younger may be on its way between the provider's books and ours. */
const SETTLED_MS = 120_000
/** Charges that are looked up one by one in a run: those found wrong before, and those captured long after they were begun. */
const SINGLE_MAX = 200
const BATCH = 500

interface OurPayment {
  id: string
  status: string
  providerId: string | null
  amountMinor: number
  currency: string
  updatedAtMs: number
}

interface OurRefund {
  id: string
  status: string
  providerId: string | null
  amountMinor: number
  currency: string
  updatedAtMs: number
}

const MONEY = ['captured', 'partially_refunded', 'refunded']
const PAYMENT = 'p.id, p.status, p.provider_id AS providerId, p.amount_minor AS amountMinor, p.currency, p.updated_at AS updatedAtMs'
const REFUND = 'r.id, r.status, r.provider_id AS providerId, r.amount_minor AS amountMinor, r.currency, r.updated_at AS updatedAtMs'

/**
 * I2 between the provider's books and ours: lists what was charged and given back there since the last run, with a margin, and compares both ways. Nothing is locked and no transaction is
 * open while the provider is asked. What differed stays on the list of every further run until it agrees.
 */
export const reconciliation = (ledger: ProviderLedger): IntegrityCheck => ({
  name: 'I2.reconciliation',
  means: "Our payments and refunds are the provider's: the same ones, of the same amounts, with the same outcomes.",
  runbook: 'i2-reconciliation',
  async find(look) {
    const startMs = typeof look.memory?.untilMs === 'number' ? look.memory.untilMs - MARGIN_MS : look.nowMs - FIRST_MS
    const suspects = listOf(look.memory?.suspects)
    const differences = new Map<string, string>()
    const seen = await compareCharges(ledger.charges(Math.floor(startMs / 1000)), look, differences)
    const seenRefunds = await compareRefunds(ledger.refunds(Math.floor(startMs / 1000)), look, differences)
    await compareOurs({ startMs, seen, suspects }, ledger, look, differences)
    await compareOurRefunds({ startMs, seen: seenRefunds }, look, differences)
    return {
      violations: differences.size,
      sample: [...differences.values()].slice(0, SAMPLE_MAX),
      scope: `What was charged or given back since ${new Date(startMs).toISOString()}${suspects.length ? `, and ${suspects.length} that differed before` : ''}.`,
      memory: { untilMs: look.nowMs, suspects: [...differences.keys()].slice(0, SINGLE_MAX) },
    }
  },
})

/** Every charge there has its payment here. The intents that were seen captured. */
async function compareCharges(pages: AsyncIterable<LedgerCharge[]>, look: Look, differences: Map<string, string>): Promise<Set<string>> {
  const seen = new Set<string>()
  for await (const page of pages) {
    const captured = page.filter(({ isCaptured }) => isCaptured)
    for (const { intentId } of captured) seen.add(intentId)
    const ids = captured.flatMap(({ paymentId }) => paymentId ?? [])
    const ours = ids.length ? await look.rows<OurPayment>(`SELECT ${PAYMENT} FROM payments p WHERE p.id IN (:ids)`, { ids }) : []
    const byId = new Map(ours.map((payment) => [payment.id, payment]))
    // A charge that does not name a payment is not of our making: one account may serve other shops.
    for (const charge of captured)
      if (charge.paymentId) note(differences, charge.paymentId, chargeDifference(charge, byId.get(charge.paymentId), look.nowMs))
  }
  return seen
}

function chargeDifference(charge: LedgerCharge, payment: OurPayment | undefined, nowMs: number): string | null {
  const { intentId, received } = charge
  const what = `${intentId} of ${received.amountMinor} ${received.currency}`
  if (!payment) return `the provider has charged ${what} for payment ${charge.paymentId}, which we do not know`
  if (received.amountMinor !== payment.amountMinor || received.currency !== payment.currency)
    return `the provider has charged ${what} for payment ${payment.id}, which is over ${payment.amountMinor} ${payment.currency}`
  if (payment.providerId !== intentId)
    return `the provider has charged ${what} for payment ${payment.id}, which goes by ${payment.providerId ?? 'no intent'}`
  if (!MONEY.includes(payment.status) && payment.updatedAtMs < nowMs - SETTLED_MS)
    return `the provider has charged ${what}, and payment ${payment.id} is ${payment.status}`
  return null
}

/** Every payment here that is said to be captured has its charge there. */
async function compareOurs(
  { startMs, seen, suspects }: { startMs: number; seen: ReadonlySet<string>; suspects: readonly string[] },
  ledger: ProviderLedger,
  look: Look,
  differences: Map<string, string>,
): Promise<void> {
  const single: OurPayment[] = suspects.length
    ? await look.rows<OurPayment>(`SELECT ${PAYMENT} FROM payments p WHERE p.id IN (:suspects)`, { suspects })
    : []
  for (let after = ''; ; ) {
    const page = await look.rows<OurPayment>(
      `SELECT ${PAYMENT} FROM payments p WHERE p.id > :after AND p.status IN (:money) AND p.amount_minor > 0
         AND p.updated_at >= :startMs AND p.updated_at < :settledMs ORDER BY p.id LIMIT ${BATCH}`,
      { after, money: MONEY, startMs, settledMs: look.nowMs - SETTLED_MS },
    )
    single.push(...page.filter(({ providerId }) => providerId === null || !seen.has(providerId)))
    after = page.at(-1)?.id ?? ''
    if (page.length < BATCH) break
  }
  for (const payment of single.slice(0, SINGLE_MAX)) {
    const charge = payment.providerId ? await ledger.findCharge(payment.providerId) : null
    if (charge?.isCaptured)
      note(differences, payment.id, chargeDifference({ ...charge, paymentId: charge.paymentId ?? payment.id }, payment, look.nowMs))
    else if (MONEY.includes(payment.status) && payment.amountMinor > 0)
      note(
        differences,
        payment.id,
        `payment ${payment.id} is ${payment.status}, and the provider has not charged ${payment.providerId ?? 'it'}`,
      )
  }
}

/** Every refund there is one of ours, as far. The ids that were seen. */
async function compareRefunds(pages: AsyncIterable<LedgerRefund[]>, look: Look, differences: Map<string, string>): Promise<Set<string>> {
  const seen = new Set<string>()
  for await (const page of pages) {
    for (const { providerId } of page) seen.add(providerId)
    const intents = page.flatMap(({ intentId }) => intentId ?? [])
    const known = intents.length
      ? await look.rows<{ providerId: string }>('SELECT provider_id AS providerId FROM payments WHERE provider_id IN (:intents)', {
          intents,
        })
      : []
    const isOurs = new Set(known.map(({ providerId }) => providerId))
    const ids = page.flatMap(({ refundId }) => refundId ?? [])
    const refunds = ids.length ? await look.rows<OurRefund>(`SELECT ${REFUND} FROM refunds r WHERE r.id IN (:ids)`, { ids }) : []
    const byId = new Map(refunds.map((refund) => [refund.id, refund]))
    for (const refund of page)
      if (refund.intentId && isOurs.has(refund.intentId))
        note(differences, refund.refundId ?? refund.providerId, refundDifference(refund, byId.get(refund.refundId ?? ''), look.nowMs))
  }
  return seen
}

function refundDifference(theirs: LedgerRefund, ours: OurRefund | undefined, nowMs: number): string | null {
  const { providerId, amount, status } = theirs
  const what = `${providerId} of ${amount.amountMinor} ${amount.currency}`
  const isDead = status === 'failed' || status === 'canceled'
  if (!ours) return isDead ? null : `the provider gives back ${what}, which we have not asked for`
  if (amount.amountMinor !== ours.amountMinor || amount.currency !== ours.currency)
    return `the provider gives back ${what} for refund ${ours.id}, which is over ${ours.amountMinor} ${ours.currency}`
  if (isDead && ours.status === 'succeeded' && ours.providerId === providerId)
    return `refund ${ours.id} is succeeded, and the provider says ${status} of ${what}`
  if (status === 'succeeded' && ours.status !== 'succeeded' && ours.updatedAtMs < nowMs - SETTLED_MS)
    return `the provider has given back ${what}, and refund ${ours.id} is ${ours.status}`
  return null
}

/** Every refund here that is said to be done stands there. */
async function compareOurRefunds(
  { startMs, seen }: { startMs: number; seen: ReadonlySet<string> },
  look: Look,
  differences: Map<string, string>,
): Promise<void> {
  // Made in the window on both sides, or it would not be on the provider's list although it is there.
  const done = await look.rows<OurRefund>(
    `SELECT ${REFUND} FROM refunds r WHERE r.status = 'succeeded' AND r.created_at >= :startMs AND r.updated_at < :settledMs`,
    { startMs: startMs + SETTLED_MS, settledMs: look.nowMs - SETTLED_MS },
  )
  for (const { id, providerId } of done)
    if (!providerId || !seen.has(providerId))
      note(differences, id, `refund ${id} is succeeded, and the provider has no ${providerId ?? 'such refund'}`)
}

function note(differences: Map<string, string>, id: string, difference: string | null): void {
  if (difference) differences.set(id, difference)
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
