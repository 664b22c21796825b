import { missing } from './refusal.ts'

/** What a test payment method does when an intent is confirmed with it. */
export interface TestMethod {
  does: 'pay' | 'decline' | 'authenticate' | 'process'
  brand: string
  last4: string
  decline?: { code: string; declineCode: string; message: string }
  /** What goes wrong on the way: see METHODS. */
  fault?: 'slow' | 'unavailable_twice' | 'drop_after' | 'error_stored' | 'error_stored_uncharged'
  webhooks?: 'before_answer' | 'three_times'
  refunds?: 'pending' | 'fail_later'
}

const visa = { does: 'pay', brand: 'visa', last4: '4242' } as const

const declined = (declineCode: string, message = 'Your card was declined.', code = 'card_declined', last4 = '0002'): TestMethod => ({
  does: 'decline',
  brand: 'visa',
  last4,
  decline: { code, declineCode, message },
})

/** Stripe's test names (https://docs.stripe.com/testing) and, with `pm_sim_`, this simulator's own for the failures that Stripe's test mode cannot play. */
const METHODS: ReadonlyMap<string, TestMethod> = new Map<string, TestMethod>([
  ['pm_card_visa', visa],
  ['pm_card_visa_debit', { ...visa, last4: '5556' }],
  ['pm_card_mastercard', { does: 'pay', brand: 'mastercard', last4: '4444' }],
  ['pm_card_amex', { does: 'pay', brand: 'amex', last4: '8431' }],
  ['pm_card_visa_chargeDeclined', declined('generic_decline')],
  [
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    declined('insufficient_funds', 'Your card has insufficient funds.', 'card_declined', '9995'),
  ],
  ['pm_card_visa_chargeDeclinedLostCard', declined('lost_card', 'Your card was declined.', 'card_declined', '9987')],
  ['pm_card_visa_chargeDeclinedStolenCard', declined('stolen_card', 'Your card was declined.', 'card_declined', '9979')],
  ['pm_card_chargeDeclinedExpiredCard', declined('expired_card', 'Your card has expired.', 'expired_card', '0069')],
  ['pm_card_chargeDeclinedIncorrectCvc', declined('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc', '0127')],
  [
    'pm_card_chargeDeclinedProcessingError',
    declined('processing_error', 'An error occurred while processing your card. Try again in a little bit.', 'processing_error', '0119'),
  ],
  ['pm_card_threeDSecure2Required', { does: 'authenticate', brand: 'visa', last4: '3220' }],
  ['pm_card_pendingRefund', { ...visa, last4: '7726', refunds: 'pending' }],
  ['pm_card_refundFail', { ...visa, last4: '5126', refunds: 'fail_later' }],
  // Executes only after SIM_SLOW_MS, so that a cancel meanwhile wins: the call that is still on its way.
  ['pm_sim_slow', { ...visa, fault: 'slow' }],
  // Answers `processing` at once and succeeds after SIM_SLOW_MS.
  ['pm_sim_processing', { ...visa, does: 'process' }],
  // Charges, keeps the answer under the key, and cuts the connection; a repeat with the key gets the answer.
  ['pm_sim_charge_then_drop', { ...visa, fault: 'drop_after' }],
  // 503 twice before anything is executed or kept, then pays.
  ['pm_sim_error_then_ok', { ...visa, fault: 'unavailable_twice' }],
  // 500, kept under the key. The first has charged nevertheless, its sibling has not: only retrieving the intent tells them apart.
  ['pm_sim_error_stored', { ...visa, fault: 'error_stored' }],
  ['pm_sim_error_stored_uncharged', { ...visa, fault: 'error_stored_uncharged' }],
  // The webhook is delivered before the call is answered.
  ['pm_sim_webhook_first', { ...visa, webhooks: 'before_answer' }],
  ['pm_sim_webhook_dup', { ...visa, webhooks: 'three_times' }],
])

/** Throws 400 `resource_missing` for a name that is not in the table, real payment methods included: no card number is ever taken here. */
export function getMethod(name: string): TestMethod {
  const method = METHODS.get(name)
  if (!method) throw missing('PaymentMethod', name, 'payment_method', 400)
  return method
}
