import type { Booking, Flight, Hold, Payment } from '@skyhold/contracts'
import { sized, waitFor } from '@skyhold/testkit'
import { describe, expect, test, vi } from 'vitest'
import { holdBody } from '../e2e/support/traveller.ts'
import { bookingBody, type Buyer, Buyers, insist, largestFlight } from './support/buyers.ts'
import { sharedServers, useFaultStack } from './support/fault-stack.ts'
import { expectAllTrue } from './support/judge.ts'
import { nothingTold, type Told, VISA } from './support/sales.ts'

vi.setConfig({ testTimeout: 600_000 })

/** As many as are at the door at one moment; the others come when one has gone. */
const AT_ONCE = 100

describe('one flight and far more buyers than seats', () => {
  let buyers: Buyers
  const faults = useFaultStack(async () => {
    buyers = await Buyers.open()
    return {
      ...(await sharedServers()),
      // A queue of buyers at one provider: nobody is to be given up because the machine is small.
      env: { PAYMENT_ANSWER_MS: '20000', PAYMENT_TIMEOUT_MS: '30000' },
      prepare: ({ name, env }) => {
        if (name === 'gateway' || name === 'bookings') env.IDENTITY_URL = buyers.url
      },
      administrator: (baseUrl) => buyers.buyer(baseUrl, { role: 'admin' }),
      afterwards: () => buyers.close(),
    }
  })

  test('everybody wants a seat of economy and pays for it — exactly as many are sold as there are, each once', async () => {
    const { baseUrl } = faults.stack
    const { flight, seats } = await largestFlight(await buyers.buyer(baseUrl), 14)
    expect(seats).toBeGreaterThan(100)
    const wanting = Array.from({ length: sized({ quick: 600, full: 5_000 }) }, (_, i) => i)
    const ends: Record<string, number> = {}
    const told = nothingTold()
    const next = async (): Promise<void> => {
      for (let i = wanting.pop(); i !== undefined; i = wanting.pop()) {
        const end = await buy(await buyers.buyer(baseUrl), { flight, email: `buyer${i}@example.com`, told })
        ends[end] = (ends[end] ?? 0) + 1
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, next))

    const books = faults.books()
    const sold = await books.query<{ seat: string }>('bookings', `SELECT seat FROM claims WHERE flight_id = :id AND state = 'sold'`, {
      id: flight.id,
    })
    expect(ends, JSON.stringify(ends)).toEqual({ bought: seats, sold_out: sized({ quick: 600, full: 5_000 }) - seats })
    expect(new Set(sold.map(({ seat }) => seat)).size).toBe(seats)
    await expectAllTrue(books, told)
  })
})

/** One person's way to a ticket, or to the door. */
async function buy(buyer: Buyer, { flight, email, told }: { flight: Flight; email: string; told: Told }): Promise<string> {
  const hold = await insist((key) => buyer.call<Hold & { code?: string }>('POST', '/holds', holdBody(flight, [null]), { key }))
  if (hold.status !== 201) return hold.body.code === 'fare_sold_out' ? 'sold_out' : `hold ${hold.status} ${hold.body.code}`
  const designators = hold.body.flights[0]?.seats.map(({ designator }) => designator) ?? []
  const booking = await insist((key) => buyer.call<Booking>('POST', '/bookings', bookingBody(hold.body.id, designators, email), { key }))
  if (booking.status !== 201) return `booking ${booking.status}`
  told.bookings.push({ booking: booking.body })
  const paid = await insist((key) => buyer.call<Payment>('POST', `/bookings/${booking.body.id}/payments`, { paymentMethod: VISA }, { key }))
  if (paid.status === 201) {
    told.paid.push(paid.body.id)
    return 'bought'
  }
  const read = await waitFor(
    async () => {
      const { status, body } = await buyer.call<Booking>('GET', `/bookings/${booking.body.id}`)
      return status !== 200 || body.status === 'payment_processing' ? null : body
    },
    { timeoutMs: 120_000, what: 'the payment to have an outcome' },
  )
  return read.status === 'confirmed' ? 'bought' : `paid ${paid.status} ${read.status}`
}
