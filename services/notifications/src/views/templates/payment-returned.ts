import { formatMoney } from '@skyhold/contracts'
import { html } from '@skyhold/platform/html'
import { button, paragraph, referenceBox } from '../layout.ts'
import { defineTemplate, moneyAddressee } from './template.ts'

/** A charge that could buy nothing: its seats were gone, or the booking was paid already. It says nothing of the booking's state, which may be either. */
export const paymentReturned = defineTemplate({
  name: 'payment-returned',
  event: 'payment.returned',
  supersededBy: [],
  addressee: moneyAddressee,
  subject: ({ amount, reference }) => `We are returning your payment of ${formatMoney(amount)} (booking ${reference})`,
  letter: ({ data: { amount, reference } }, { publicUrl }) => ({
    preview: `${formatMoney(amount)} is being returned in full.`,
    heading: 'We are returning your payment',
    body: html`${paragraph(html`A payment of <strong>${formatMoney(amount)}</strong> reached us that could not be used for this booking. We are returning it in full; you need not do anything.`)}
${referenceBox(reference)}
${paragraph('Another e-mail tells you when the refund is made.')}
${button('Open Skyhold', `${publicUrl}/`)}`,
    text: `A payment of ${formatMoney(amount)} reached us that could not be used for booking ${reference}. We are returning it in full; you need not do anything.

Another e-mail tells you when the refund is made. To look at your bookings: ${publicUrl}/`,
  }),
})
