import { newObjectId } from '../domain/ids.ts'
import { getMethod } from '../domain/methods.ts'
import type { ChargeObject, DisputeObject, EventType, IntentObject, RefundObject } from '../domain/objects.ts'
import { nowSeconds, type Call, type Provider } from './provider.ts'

const WEBHOOK_DUP_COPIES = 3

interface News {
  type: EventType
  object: IntentObject | ChargeObject | RefundObject | DisputeObject
  /** The name of the payment method, which decides how often the webhook goes out. */
  paymentMethod: string | null
  call: Call
}

/** Records what happened and queues its webhook, in the transaction of the change. Answers the event's id. */
export function announce(provider: Provider, { type, object, paymentMethod, call }: News): string {
  const id = newObjectId('evt')
  provider.events.insert({
    id,
    object: 'event',
    api_version: null,
    created: nowSeconds(),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: call.requestId, idempotency_key: call.key },
    type,
  })
  const { duplicateWebhooks, webhookDelayMs, webhookShuffleMs } = provider.control
  const thrice = paymentMethod !== null && getMethod(paymentMethod).webhooks === 'three_times'
  const copies = Math.max(duplicateWebhooks, thrice ? WEBHOOK_DUP_COPIES : 1)
  for (let copy = 0; copy < copies; copy += 1) {
    const nowMs = Date.now()
    const dueMs = nowMs + webhookDelayMs + Math.floor(Math.random() * (webhookShuffleMs + 1))
    provider.deliveries.insert({ eventId: id, dueMs, nowMs })
  }
  return id
}
