import type { Refund } from '@skyhold/contracts'
import type { RefundRow } from '../repositories/refunds.ts'

type ShownRefund = Pick<RefundRow, 'id' | 'paymentId' | 'amountMinor' | 'currency' | 'status' | 'reason'>

export const refundView = ({ id, paymentId, amountMinor, currency, status, reason }: ShownRefund): Refund => ({
  id,
  paymentId,
  amount: { amountMinor, currency },
  status,
  reason,
})
