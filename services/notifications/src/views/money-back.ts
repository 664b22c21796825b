import { formatMoney, type BookingFacts } from '@skyhold/contracts'

type Cancellation = NonNullable<BookingFacts['cancellation']>

/** What goes back and what is kept, in sentences. Facts of an older version do not say, and then neither do we. */
export function moneyBack(cancellation: Cancellation | undefined): string {
  if (!cancellation) return LATER
  const { refund, fee, isPaymentOpen } = cancellation
  if (isPaymentOpen) return OPEN
  if (refund.amountMinor === 0 && fee.amountMinor === 0) return 'There is no payment to give back.'
  if (refund.amountMinor === 0) return `This fare is not refundable: ${formatMoney(fee)} is kept, and nothing goes back.`
  const kept = fee.amountMinor === 0 ? 'No fee is kept.' : `${formatMoney(fee)} is kept as the cancellation fee.`
  return `${formatMoney(refund)} goes back to the card that paid. ${kept} Another e-mail tells you when the refund is made.`
}

const OPEN = 'We do not know yet whether your card was charged. If it was, all of it goes back, and another e-mail tells you.'
const LATER = 'If a refund is due, another e-mail tells you when it is made.'
