import { ProviderEventId } from '@skyhold/contracts'
import type Stripe from 'stripe'
import { type TSchema, Type } from 'typebox'
import { Check } from 'typebox/schema'
import { memberOf, parsed } from '../domain/provider-event.ts'

/** A signed body, as far as it can be read. */
export interface SignedEvent {
  id: string
  type: string
  /** Null where it has not the form of its type. */
  event: Stripe.Event | null
}

/** As long as its column. */
const TYPE_MAX = 64
const Plain = (maxLength: number) => Type.String({ pattern: '^[\\x20-\\x7e]*$', maxLength })
const Minor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Currency = Type.String({ pattern: '^[A-Za-z]{3}$' })
const Seconds = Type.Integer({ minimum: 0, maximum: 100_000_000_000 })
const ProviderId = Plain(80)

/** What is read of each type that means something here; Stripe sends much more. */
const Intent = Type.Object({ id: ProviderId, status: Plain(40) })
const Success = Type.Object({ id: ProviderId, status: Plain(40), amount_received: Minor, currency: Currency })
const IntentOf = Type.Optional(Type.Union([ProviderId, Type.Object({ id: ProviderId }), Type.Null()]))
const Refund = Type.Object({
  id: ProviderId,
  status: Type.Union([Plain(40), Type.Null()]),
  amount: Minor,
  currency: Currency,
  payment_intent: IntentOf,
  metadata: Type.Optional(Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()])),
})
const Dispute = Type.Object({
  id: ProviderId,
  status: Plain(40),
  reason: Plain(64),
  amount: Minor,
  currency: Currency,
  payment_intent: IntentOf,
  evidence_details: Type.Optional(Type.Union([Type.Object({ due_by: Type.Optional(Type.Union([Seconds, Type.Null()])) }), Type.Null()])),
})
const about = (object: TSchema) => Type.Object({ data: Type.Object({ object }) })
const disputed = Type.Object({ created: Seconds, data: Type.Object({ object: Dispute }) })

const FORMS: ReadonlyMap<string, TSchema> = new Map<string, TSchema>([
  ['payment_intent.succeeded', about(Success)],
  ['payment_intent.canceled', about(Intent)],
  ['refund.updated', about(Refund)],
  ['refund.failed', about(Refund)],
  ['charge.refund.updated', about(Refund)],
  ['charge.dispute.created', disputed],
  ['charge.dispute.updated', disputed],
  ['charge.dispute.funds_withdrawn', disputed],
  ['charge.dispute.funds_reinstated', disputed],
  ['charge.dispute.closed', disputed],
])

/** Null where there is no event id, so that nothing can be kept of it. */
export function signedEventIn(payload: string): SignedEvent | null {
  const body = parsed(payload)
  const id = memberOf(body, 'id')
  if (!Check(ProviderEventId, id)) return null
  const type = memberOf(body, 'type')
  if (!Check(Plain(1_000), type) || type === '') return { id, type: 'unknown', event: null }
  const form = FORMS.get(type)
  // Checked as far as it is read, and no further: the provider may say more than this version knows.
  return { id, type: type.slice(0, TYPE_MAX), event: form && !Check(form, body) ? null : (body as Stripe.Event) }
}
