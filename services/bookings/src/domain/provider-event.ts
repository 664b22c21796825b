import { Id, type ProviderEvent } from '@skyhold/contracts'
import { Check } from 'typebox/schema'

/** The ids that an event names. Nothing else of it is shown: an intent has its client secret in it. */
export function namesIn(payload: string): Pick<ProviderEvent, 'paymentId' | 'refundId' | 'objectId' | 'intentId'> {
  const object = memberOf(memberOf(parsed(payload), 'data'), 'object')
  const metadata = memberOf(object, 'metadata')
  const [paymentId, refundId] = [memberOf(metadata, 'paymentId'), memberOf(metadata, 'refundId')]
  const objectId = idIn(memberOf(object, 'id'))
  const intent = memberOf(object, 'payment_intent')
  return {
    paymentId: Check(Id('payment'), paymentId) ? paymentId : null,
    refundId: Check(Id('refund'), refundId) ? refundId : null,
    objectId,
    intentId: objectId?.startsWith('pi_') ? objectId : (idIn(intent) ?? idIn(memberOf(intent, 'id'))),
  }
}

const idIn = (value: unknown): string | null =>
  typeof value === 'string' && /^\w{1,80}$/.test(value) && !value.includes('_secret_') ? value : null

/** Of JSON that may be anything. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

export function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return null
  }
}
