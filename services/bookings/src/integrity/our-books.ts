import type { Look } from '@skyhold/platform'
import type { LedgerCharge, LedgerRefund } from '../clients/provider-ledger.ts'

export interface OurPayment {
  id: string
  status: string
  providerId: string | null
  amountMinor: number
  currency: string
  updatedAtMs: number
}

export interface OurRefund extends OurPayment {
  /** Given back in another way: the provider is not expected to know of it. */
  settledAtMs: number | null
}

export const MONEY = ['captured', 'partially_refunded', 'refunded']
export const PAYMENT = 'p.id, p.status, p.provider_id AS providerId, p.amount_minor AS amountMinor, p.currency, p.updated_at AS updatedAtMs'
export const REFUND =
  'r.id, r.status, r.provider_id AS providerId, r.amount_minor AS amountMinor, r.currency, r.updated_at AS updatedAtMs, r.settled_at AS settledAtMs'

export async function paymentsBy(
  look: Look,
  column: 'id' | 'provider_id',
  values: readonly (string | null)[],
): Promise<Map<string, OurPayment>> {
  const ids = values.filter((value) => value !== null)
  const rows = ids.length ? await look.rows<OurPayment>(`SELECT ${PAYMENT} FROM payments p WHERE p.${column} IN (:ids)`, { ids }) : []
  return new Map(rows.map((payment) => [(column === 'id' ? payment.id : payment.providerId) ?? '', payment]))
}

export async function refundsBy(look: Look, values: readonly (string | null)[]): Promise<Map<string, OurRefund>> {
  const ids = values.filter((value) => value !== null)
  const rows = ids.length ? await look.rows<OurRefund>(`SELECT ${REFUND} FROM refunds r WHERE r.id IN (:ids)`, { ids }) : []
  return new Map(rows.map((refund) => [refund.id, refund]))
}

/** What a captured charge says that its payment does not; a payment that has changed since `settledMs` is left alone. */
export function chargeDifference(charge: LedgerCharge, payment: OurPayment | undefined, settledMs: number): string | null {
  const { intentId, received } = charge
  const what = `${intentId} of ${received.amountMinor} ${received.currency}`
  if (!payment) return `the provider has charged ${what} for payment ${charge.paymentId}, which we do not know`
  if (received.amountMinor !== payment.amountMinor || received.currency !== payment.currency)
    return `the provider has charged ${what} for payment ${payment.id}, which is over ${payment.amountMinor} ${payment.currency}`
  if (payment.providerId !== intentId)
    return `the provider has charged ${what} for payment ${payment.id}, which goes by ${payment.providerId ?? 'no intent'}`
  if (!MONEY.includes(payment.status) && payment.updatedAtMs < settledMs)
    return `the provider has charged ${what}, and payment ${payment.id} is ${payment.status}`
  return null
}

/** What a payment says that its charge does not; `charge` is null where the provider knows of none. */
export function paymentDifference(payment: OurPayment, charge: LedgerCharge | null, settledMs: number): string | null {
  if (charge?.isCaptured) return chargeDifference({ ...charge, paymentId: charge.paymentId ?? payment.id }, payment, settledMs)
  return MONEY.includes(payment.status) && payment.amountMinor > 0
    ? `payment ${payment.id} is ${payment.status}, and the provider has not charged ${payment.providerId ?? 'it'}`
    : null
}

export function refundDifference(theirs: LedgerRefund, ours: OurRefund | undefined, settledMs: number): string | null {
  const { providerId, amount, status } = theirs
  const what = `${providerId} of ${amount.amountMinor} ${amount.currency}`
  const isDead = status === 'failed' || status === 'canceled'
  if (!ours) return isDead ? null : `the provider gives back ${what}, which we have not asked for`
  if (amount.amountMinor !== ours.amountMinor || amount.currency !== ours.currency)
    return `the provider gives back ${what} for refund ${ours.id}, which is over ${ours.amountMinor} ${ours.currency}`
  if (isDead && ours.status === 'succeeded' && ours.providerId === providerId)
    return `refund ${ours.id} is succeeded, and the provider says ${status} of ${what}`
  if (isDead) return null
  return (
    secondGiven(theirs, ours, settledMs) ??
    (status === 'succeeded' && ours.status !== 'succeeded' && ours.updatedAtMs < settledMs
      ? `the provider has given back ${what}, and refund ${ours.id} is ${ours.status}`
      : null)
  )
}

/** One refund of ours has one of the provider's that is not dead, or none where it was settled in another way. What another try of it makes may not be known here yet. */
function secondGiven({ providerId }: LedgerRefund, ours: OurRefund, settledMs: number): string | null {
  if (ours.settledAtMs !== null) return `refund ${ours.id} is given back twice: in another way, and ${providerId}`
  if (ours.providerId === null || ours.providerId === providerId || ours.status === 'needs_attention') return null
  return ours.status === 'succeeded' || ours.updatedAtMs < settledMs
    ? `refund ${ours.id} is given back twice: ${ours.providerId} and ${providerId}`
    : null
}
