import { setTimeout as sleep } from 'node:timers/promises'
import { planJourney } from '../plan/journey.ts'
import { Random } from '../plan/random.ts'
import type { Client } from './client.ts'
import type { Customer } from './people.ts'
import { type Shop, Shopper } from './shopper.ts'

export interface WorkloadOptions {
  seed: string
  customers: readonly Customer[]
  shop: Shop
  untilMs: number
  /** Cancels the last of the flights in the middle of it all; null without an administrator. */
  admin: Client | null
}

/** When a flight is cancelled: late enough that it has bookings, early enough that their refunds are seen to go out under faults. */
const FLIGHT_CANCELLED_AFTER = 0.55

/** Everybody shops at once until the time is over; journeys that are under way are finished. */
export async function runWorkload({ seed, customers, shop, untilMs, admin }: WorkloadOptions): Promise<void> {
  const startedAtMs = Date.now()
  await Promise.all([
    ...customers.map(async (customer) => {
      const random = new Random(`${seed}/${customer.name}`)
      const shopper = new Shopper(customer, shop)
      while (Date.now() < untilMs) await shopper.go(planJourney(random, { flights: shop.offers.length }))
    }),
    cancelFlight(shop, admin, startedAtMs + (untilMs - startedAtMs) * FLIGHT_CANCELLED_AFTER),
  ])
}

async function cancelFlight({ offers }: Shop, admin: Client | null, atMs: number): Promise<void> {
  const flight = offers.at(-1)
  // With one or two flights there would be nothing left to sell.
  if (!admin || !flight || offers.length < 3) return
  await sleep(Math.max(0, atMs - Date.now()))
  await admin.insist({
    operation: 'cancel flight',
    method: 'POST',
    path: `/flights/${flight.flightId}/cancellation`,
    body: { reason: 'A rehearsal' },
  })
}
