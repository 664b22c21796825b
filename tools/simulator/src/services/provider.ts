import type { ChargeObject, DisputeObject, EventObject, IntentObject, RefundObject } from '../domain/objects.ts'
import { Authentications } from '../repositories/authentications.ts'
import { Deliveries } from '../repositories/deliveries.ts'
import { Keys } from '../repositories/keys.ts'
import { Objects } from '../repositories/objects.ts'
import { Settlements } from '../repositories/settlements.ts'
import { Store } from '../repositories/store.ts'
import { type Control, type Met, normalControl, nothingMet } from './control.ts'

/** All that the use cases work with. */
export interface Provider {
  store: Store
  intents: Objects<IntentObject>
  charges: Objects<ChargeObject>
  refunds: Objects<RefundObject>
  disputes: Objects<DisputeObject>
  events: Objects<EventObject>
  keys: Keys
  deliveries: Deliveries
  settlements: Settlements
  authentications: Authentications
  control: Control
  met: Met
  slowMs: number
  /** Where a browser reaches this process: the address of the 3-D Secure page. */
  pageUrl(): string
}

/** The call on whose behalf something happens; null when the provider acts by itself. */
export interface Call {
  requestId: string | null
  key: string | null
}

export const nobodysCall: Call = { requestId: null, key: null }

export function openProvider({ file, slowMs, pageUrl }: { file: string; slowMs: number; pageUrl: () => string }): Provider {
  const store = new Store(file)
  return {
    store,
    intents: new Objects<IntentObject>(store, 'intents', 'payment_intent'),
    charges: new Objects<ChargeObject>(store, 'charges', 'charge'),
    refunds: new Objects<RefundObject>(store, 'refunds', 'refund'),
    disputes: new Objects<DisputeObject>(store, 'disputes', 'dispute'),
    events: new Objects<EventObject>(store, 'events', 'event'),
    keys: new Keys(store),
    deliveries: new Deliveries(store),
    settlements: new Settlements(store),
    authentications: new Authentications(store),
    control: normalControl(),
    met: nothingMet(),
    slowMs,
    pageUrl,
  }
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)
