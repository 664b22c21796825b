import { formatMoney } from '@skyhold/contracts'
import type { IntentObject } from '../domain/objects.ts'
import { html } from '@skyhold/platform/html'
import { page } from './page.ts'

/** The bank's page: approve or fail. */
export function authenticationPage(intent: IntentObject): string {
  if (intent.status !== 'requires_action') return decidedPage(intent)
  const amount = formatMoney({ amountMinor: intent.amount, currency: intent.currency.toUpperCase() })
  return page(
    'Confirm your payment',
    html`<h1>Confirm your payment</h1>
<p>Your bank asks whether you are paying <strong>${amount}</strong>${intent.description === null ? '' : html` for ${intent.description}`}.</p>
<form method="post">
<p><button class="approve" name="decision" value="approve">Approve the payment</button>
<button name="decision" value="fail">Fail the authentication</button></p>
</form>
<p class="quiet">This page stands in for a bank's 3-D Secure page. No money moves.</p>`,
  )
}

function decidedPage(intent: IntentObject): string {
  const approved = intent.status === 'succeeded' || intent.status === 'requires_confirmation'
  return page(
    'Your payment',
    approved
      ? html`<h1>Approved</h1><p>You can go back to the shop.</p>`
      : html`<h1>Not approved</h1><p>The payment is ${intent.status.replaceAll('_', ' ')}. You can go back to the shop.</p>`,
  )
}

/** Where the browser goes after the decision, with the parameters that Stripe adds, or null when the shop named no address. */
export function returnAddress(before: IntentObject, after: IntentObject): string | null {
  const returnUrl = before.next_action?.redirect_to_url.return_url
  if (!returnUrl) return null
  const url = new URL(returnUrl)
  url.searchParams.set('payment_intent', after.id)
  url.searchParams.set('payment_intent_client_secret', after.client_secret)
  url.searchParams.set('redirect_status', after.status === 'requires_payment_method' ? 'failed' : 'succeeded')
  return url.href
}
