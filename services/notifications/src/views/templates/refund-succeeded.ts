import { type EventData, formatMoney } from '@skyhold/contracts'
import { html } from '@skyhold/platform/html'
import { paragraph, referenceBox } from '../layout.ts'
import type { Letter } from '../mail.ts'
import { defineTemplate, moneyAddressee } from './template.ts'

/** The reason of a refund is the staff's note and stays inside. One that the card's bank sends back is not on its way to anybody. */
export const refundSucceeded = defineTemplate({
  name: 'refund-succeeded',
  event: 'refund.succeeded',
  supersededBy: [],
  undoneBy: ['refund.needs_attention'],
  addressee: moneyAddressee,
  subject: ({ amount, reference }) => `Refund of ${formatMoney(amount)} for booking ${reference}`,
  letter: ({ data: { settlement, ...refund } }) => (settlement ? inAnotherWay(refund, settlement) : toTheCard(refund)),
})

type Refund = Pick<EventData<'refund.succeeded'>, 'amount' | 'reference'>
type Settlement = NonNullable<EventData<'refund.succeeded'>['settlement']>

const toTheCard = ({ amount, reference }: Refund): Letter => ({
  preview: `${formatMoney(amount)} is on its way back to you.`,
  heading: `${formatMoney(amount)} refunded`,
  body: html`${paragraph(html`We have refunded <strong>${formatMoney(amount)}</strong> to the card that paid for this booking. How soon it shows on your statement depends on your bank.`)}
${referenceBox(reference)}`,
  text: `We have refunded ${formatMoney(amount)} to the card that paid for booking ${reference}. How soon it shows on your statement depends on your bank.`,
})

const inAnotherWay = ({ amount, reference }: Refund, settlement: Settlement): Letter => {
  const found = settlement.reference ? ` Its reference is ${settlement.reference}.` : ''
  const why = 'in another way, because it could not be refunded to the card that paid.'
  return {
    preview: `${formatMoney(amount)} is given back to you in another way than to your card.`,
    heading: `${formatMoney(amount)} refunded`,
    body: html`${paragraph(html`We have given back <strong>${formatMoney(amount)}</strong> for this booking ${why}${found}`)}
${referenceBox(reference)}`,
    text: `We have given back ${formatMoney(amount)} for booking ${reference} ${why}${found}`,
  }
}
