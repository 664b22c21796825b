import { randomUUID } from 'node:crypto'
import type { Client, Request } from './client.ts'
import type { Thing, Things } from './market.ts'
import type { Customer } from './people.ts'

/** Tries every door of somebody else's hold, booking or payment. Each must answer as if nothing were there. */
export async function tryDoors(
  { name, familyName, client }: Customer,
  { things, stranger }: { things: Things; stranger: (user: string) => Client },
): Promise<void> {
  const thing = things.somebodyElses(name)
  if (!thing) return
  for (const door of doorsOf(thing)) await client.call({ operation: 'snoop', ...door })
  if (thing.reference === undefined) return
  // The right reference with the wrong name opens nothing.
  const body = { reference: thing.reference, familyName }
  await stranger(name).call({ operation: 'snoop', method: 'POST', path: '/bookings/lookup', body })
}

function doorsOf({ kind, id }: Thing): Omit<Request, 'operation'>[] {
  switch (kind) {
    case 'hold':
      return [
        { method: 'GET', path: `/holds/${id}` },
        { method: 'POST', path: `/holds/${id}/extension` },
        { method: 'DELETE', path: `/holds/${id}` },
      ]
    case 'booking':
      return [
        { method: 'GET', path: `/bookings/${id}` },
        { method: 'GET', path: `/bookings/${id}/payments` },
        { method: 'POST', path: `/bookings/${id}/payments`, body: { paymentMethod: 'pm_card_visa' }, key: randomUUID() },
        { method: 'POST', path: `/bookings/${id}/cancellations`, key: randomUUID() },
      ]
    case 'payment':
      return [
        { method: 'GET', path: `/payments/${id}` },
        { method: 'POST', path: `/payments/${id}/confirmation`, key: randomUUID() },
      ]
  }
}
