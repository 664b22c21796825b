import type { Dispute } from '@skyhold/contracts'
import type { DisputeRow } from '../repositories/disputes.ts'

export const disputeView = ({
  id,
  paymentId,
  bookingId,
  status,
  reason,
  amountMinor,
  currency,
  respondByMs,
  updatedAtMs,
}: DisputeRow): Dispute => ({
  id,
  paymentId,
  bookingId,
  status,
  reason,
  amount: { amountMinor, currency },
  ...(respondByMs === null ? {} : { respondBy: new Date(respondByMs).toISOString() }),
  updatedAt: new Date(updatedAtMs).toISOString(),
})
