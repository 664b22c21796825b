import { type Static, Type } from 'typebox'
import { Id } from './ids.ts'

/**
 * `received`: being taken in. `applied`: it has changed something here, or was known. `ignored`: there is nothing to do about its type. `parked`: validly signed, of no sense to us, and
 * waiting for a person. `dismissed`: a person has seen to it.
 */
export const PROVIDER_EVENT_STATUSES = ['received', 'applied', 'ignored', 'parked', 'dismissed'] as const
export type ProviderEventStatus = (typeof PROVIDER_EVENT_STATUSES)[number]

/** The provider's own id of an event. */
export const ProviderEventId = Type.String({ pattern: '^[\\w.-]{1,80}$', maxLength: 80 })

/** An event of the payment provider as the staff sees it: what it names, and nothing else of what came with it. */
export const ProviderEvent = Type.Object(
  {
    id: ProviderEventId,
    type: Type.String(),
    status: Type.Enum(PROVIDER_EVENT_STATUSES),
    note: Type.String({ description: 'Why it makes no sense; empty where it does' }),
    receivedAt: Type.String(),
    paymentId: Type.Union([Id('payment'), Type.Null()], { description: 'The payment that it names, whether or not it is ours' }),
    refundId: Type.Union([Id('refund'), Type.Null()], { description: 'The refund that it names, whether or not it is ours' }),
    objectId: Type.Union([Type.String(), Type.Null()], { description: "The provider's id of what it is about: `pi_…`, `re_…` or `du_…`" }),
    intentId: Type.Union([Type.String(), Type.Null()], { description: "The provider's id of the payment: `pi_…`" }),
  },
  { additionalProperties: false },
)
export type ProviderEvent = Static<typeof ProviderEvent>
