import { formatMoney } from '@skyhold/contracts'
import { html } from '@skyhold/platform/html'
import { paragraph, referenceBox } from '../layout.ts'
import { defineTemplate, moneyAddressee } from './template.ts'

/** The reason of a refund is the staff's note and stays inside. */
export const refundSucceeded = defineTemplate({
  name: 'refund-succeeded',
  event: 'refund.succeeded',
  supersededBy: [],
  addressee: moneyAddressee,
  subject: ({ amount, reference }) => `Refund of ${formatMoney(amount)} for booking ${reference}`,
  letter: ({ data: { amount, reference } }) => ({
    preview: `${formatMoney(amount)} is on its way back to you.`,
    heading: `${formatMoney(amount)} refunded`,
    body: html`${paragraph(html`We have refunded <strong>${formatMoney(amount)}</strong> to the card that paid for this booking. How soon it shows on your statement depends on your bank.`)}
${referenceBox(reference)}`,
    text: `We have refunded ${formatMoney(amount)} to the card that paid for booking ${reference}. How soon it shows on your statement depends on your bank.`,
  }),
})
