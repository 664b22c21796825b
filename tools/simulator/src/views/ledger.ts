import { formatMoney } from '@skyhold/contracts'
import type { ChargeObject, Metadata } from '../domain/objects.ts'
import { html, type Html } from '@skyhold/platform/html'
import { page } from './page.ts'

/** A line of the ledger. The currency is in ISO's capitals, as everywhere in Skyhold; `status` is the charge's, whatever was refunded of it. */
export interface LedgerLine {
  id: string
  paymentIntent: string
  amountMinor: number
  currency: string
  refundedMinor: number
  metadata: Metadata
  status: string
  chargedAt: string
}

export const ledgerLine = (charge: ChargeObject): LedgerLine => ({
  id: charge.id,
  paymentIntent: charge.payment_intent,
  amountMinor: charge.amount,
  currency: charge.currency.toUpperCase(),
  refundedMinor: charge.amount_refunded,
  metadata: charge.metadata,
  status: charge.status,
  chargedAt: new Date(charge.created * 1000).toISOString(),
})

export interface LedgerPage {
  lines: LedgerLine[]
  total: number
  webhooks: { waiting: number; givenUp: number }
}

export const ledgerPage = ({ lines, total, webhooks }: LedgerPage): string =>
  page(
    'Payment simulator',
    html`<h1>Payment simulator</h1>
<p>What was really charged: ${total} ${total === 1 ? 'charge' : 'charges'}${lines.length < total ? html`, the newest ${lines.length} are shown` : ''}. No money moves here.
Webhooks waiting: ${webhooks.waiting}${webhooks.givenUp ? html`, given up: ${webhooks.givenUp}` : ''}. <a href="/ledger?limit=100">The ledger as JSON</a></p>
<div class="scroll" tabindex="0" role="region" aria-label="Charges"><table>
<thead><tr><th scope="col">Charged at (UTC)</th><th scope="col">Charge</th><th scope="col" class="amount">Amount</th><th scope="col" class="amount">Refunded</th><th scope="col">Booking</th><th scope="col">Payment</th></tr></thead>
<tbody>${lines.length ? lines.map(row) : html`<tr><td colspan="6" class="quiet">Nothing has been charged yet.</td></tr>`}</tbody>
</table></div>`,
  )

const row = (line: LedgerLine): Html => html`<tr><td>${line.chargedAt.slice(0, 19).replace('T', ' ')}</td><td>${line.id}</td>
<td class="amount">${formatMoney(line)}</td><td class="amount">${line.refundedMinor ? formatMoney({ amountMinor: line.refundedMinor, currency: line.currency }) : '–'}</td>
<td>${line.metadata.bookingId ?? '–'}</td><td>${line.metadata.paymentId ?? '–'}</td></tr>
`
