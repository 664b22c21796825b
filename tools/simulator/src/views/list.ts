import type { ChargeObject, EventObject, IntentObject, RefundObject } from '../domain/objects.ts'
import type { Parameters } from '../domain/parameters.ts'
import { invalidRequest } from '../domain/refusal.ts'
import type { Objects } from '../repositories/objects.ts'

/** As in https://docs.stripe.com/api/pagination. */
const LIMIT_DEFAULT = 10
const LIMIT_MAX = 100

/** A page of a list in Stripe's form, newest first. */
export function listOf<T extends IntentObject | ChargeObject | RefundObject | EventObject>(
  url: string,
  objects: Objects<T>,
  parameters: Parameters,
): object {
  parameters.assertKnown(['limit', 'starting_after', 'ending_before', 'created', 'payment_intent', 'charge', 'type', 'expand'])
  const limit = parameters.positiveInteger('limit') ?? LIMIT_DEFAULT
  if (limit > LIMIT_MAX) throw invalidRequest(`This value must be less than or equal to ${LIMIT_MAX}.`, { param: 'limit' })
  const exactly = parameters.positiveInteger('created')
  const after = parameters.positiveInteger('created[gt]')
  const before = parameters.positiveInteger('created[lt]')
  const { data, hasMore } = objects.list({
    paymentIntent: parameters.text('payment_intent'),
    charge: parameters.text('charge'),
    type: parameters.text('type'),
    createdFrom: exactly ?? (after === null ? parameters.positiveInteger('created[gte]') : after + 1),
    createdTo: exactly ?? (before === null ? parameters.positiveInteger('created[lte]') : before - 1),
    startingAfter: parameters.text('starting_after'),
    endingBefore: parameters.text('ending_before'),
    limit,
  })
  return { object: 'list', url, has_more: hasMore, data }
}
