import type { Cancellation } from '@skyhold/contracts'
import type { CancellationRow } from '../repositories/cancellations.ts'

export const cancellationView = ({
  id,
  bookingId,
  status,
  refundMinor,
  feeMinor,
  currency,
  expiresAtMs,
}: CancellationRow): Cancellation => ({
  id,
  bookingId,
  status,
  refund: { amountMinor: refundMinor, currency },
  fee: { amountMinor: feeMinor, currency },
  expiresAt: new Date(expiresAtMs).toISOString(),
})
