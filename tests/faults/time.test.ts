import { randomUUID } from 'node:crypto'
import type { Booking, Flight, Hold, Payment } from '@skyhold/contracts'
import { createLogger, type Database, openDatabase } from '@skyhold/platform'
import { passing, shiftedClock, sized, waitFor } from '@skyhold/testkit'
import { describe, expect, test, vi } from 'vitest'
import { expectStatus, holdBody } from '../e2e/support/traveller.ts'
import { bookingBody, type Buyer, Buyers, insist, largestFlight } from './support/buyers.ts'
import { sharedServers, useFaultStack } from './support/fault-stack.ts'
import { expectAllTrue } from './support/judge.ts'
import { nothingTold, VISA } from './support/sales.ts'

vi.setConfig({ testTimeout: 900_000 })

const WAVE = 20
const LEAD_MS_MAX = 1_500
const TEN_MINUTES_MS = 600_000
/** By how much a process' wall clock is wrong once it has been told to jump. */
const WRONG_BY: Readonly<Record<string, number>> = {
  'bookings-1': TEN_MINUTES_MS,
  'bookings-2': -TEN_MINUTES_MS,
  'notifications-1': TEN_MINUTES_MS,
  'simulator-1': -TEN_MINUTES_MS,
}

describe('time', () => {
  let buyers: Buyers
  const faults = useFaultStack(async () => {
    buyers = await Buyers.open()
    return {
      ...(await sharedServers()),
      env: { PAYMENT_ANSWER_MS: '5000', PAYMENT_TIMEOUT_MS: '10000' },
      prepare: ({ id, name, args, env }) => {
        if (name === 'gateway' || name === 'bookings') env.IDENTITY_URL = buyers.url
        const shift = WRONG_BY[id]
        if (shift === undefined) return
        const preload = shiftedClock(shift)
        args.unshift(...preload.args)
        Object.assign(env, preload.env)
      },
      administrator: (baseUrl) => buyers.buyer(baseUrl, { role: 'admin' }),
      afterwards: () => buyers.close(),
    }
  })

  async function onBookings<T>(work: (db: Database) => Promise<T>): Promise<T> {
    const db = openDatabase({ url: faults.stack.databaseUrls.bookings ?? '', logger: createLogger({ service: 'faults', level: 'silent' }) })
    try {
      return await work(db)
    } finally {
      await db.close()
    }
  }

  test('bookings — paid at the very instant of their expiry, while others ask for the seats — are sold to one of the two, who alone is charged', async () => {
    const rounds = sized({ quick: 100, full: 1_000 })
    const told = nothingTold()
    // How long before the instant a payment must be sent to have even chances: the machine decides, so it is felt for.
    let leadMs = 300
    for (let wave = 0; wave < rounds / WAVE; wave += 1) {
      const { flight } = await largestFlight(await buyers.buyer(faults.stack.baseUrl), 5 + (wave % 15))
      const duels = await Promise.all(Array.from({ length: WAVE }, () => prepareDuel(flight)))
      const lapsesAtMs = await lapseTogether(duels.map(({ holdId }) => holdId))
      told.bookings.push(...duels)
      const ends = await Promise.all(duels.map((duel, i) => fight(duel, lapsesAtMs - leadMs * (0.25 + (1.5 * i) / WAVE))))
      const paid = ends.filter((end) => end !== null)
      const won = paid.length
      told.paid.push(...paid)
      leadMs = Math.min(LEAD_MS_MAX, won < WAVE * 0.3 ? leadMs * 1.7 : won > WAVE * 0.7 ? leadMs / 1.7 : leadMs)
    }
    // If all had one end the instant was missed, and nothing has been tested.
    expect(told.paid.length).toBeGreaterThan(0)
    expect(told.paid.length).toBeLessThan(rounds)
    await expectAllTrue(faults.books(), told)
  })

  interface Duel {
    owner: Buyer
    rival: Buyer
    flight: Flight
    seat: string
    holdId: string
    booking: Booking
  }

  async function prepareDuel(flight: Flight): Promise<Duel> {
    const { baseUrl } = faults.stack
    const [owner, rival] = await Promise.all([buyers.buyer(baseUrl), buyers.buyer(baseUrl)])
    const hold = await expectStatus(
      insist((key) => owner.call<Hold>('POST', '/holds', holdBody(flight, [null]), { key })),
      201,
    )
    const seat = hold.body.flights[0]?.seats[0]?.designator ?? ''
    const booking = await expectStatus(
      insist((key) => owner.call<Booking>('POST', '/bookings', bookingBody(hold.body.id, [seat], 'duel@example.com'), { key })),
      201,
    )
    return { owner, rival, flight, seat, holdId: hold.body.id, booking: booking.body }
  }

  /** All at one instant, soon; told by this machine's clock. */
  async function lapseTogether(holdIds: readonly string[]): Promise<number> {
    return onBookings(async (db) => {
      const endMs = (await db.now()) + 2 * LEAD_MS_MAX
      await db.transaction(async (tx) => {
        await db.run('UPDATE holds SET expires_at = :endMs WHERE id IN (:holdIds)', { endMs, holdIds }, tx)
        await db.run('UPDATE claims SET expires_at = :endMs WHERE hold_id IN (:holdIds)', { endMs, holdIds }, tx)
      })
      return Date.now() + endMs - (await db.now())
    })
  }

  /** The id of the payment that was made; null when the rival has the seat. */
  async function fight({ owner, rival, flight, seat, booking }: Duel, atMs: number): Promise<string | null> {
    await waitFor(() => Date.now() >= atMs, { what: 'the instant' })
    const [payment, taken] = await Promise.all([
      insist((key) => owner.call<Payment>('POST', `/bookings/${booking.id}/payments`, { paymentMethod: VISA }, { key })),
      waitFor(
        async () => {
          const reply = await rival.call<{ seats?: { status: string }[] }>('POST', '/holds', holdBody(flight, [seat]))
          return reply.status === 201 || reply.body.seats?.[0]?.status === 'sold' ? reply : null
        },
        { timeoutMs: 60_000, what: `seat ${seat} to be decided` },
      ),
    ])
    const charges = await faults.books().chargesOf(booking.id)
    const end = { isPaid: payment.status < 300, isTaken: taken.status === 201, charges }
    expect(end, JSON.stringify(payment.body)).toEqual(
      end.isPaid ? { isPaid: true, isTaken: false, charges: 1 } : { isPaid: false, isTaken: true, charges: 0 },
    )
    return end.isPaid ? payment.body.id : null
  }

  test('wall clocks — ten minutes fast on one replica and ten minutes slow on the other — decide nothing: seats, times and payments are as ever', async () => {
    const { baseUrl } = faults.stack
    const [fast, slow] = [faults.placeOf('bookings-1'), faults.placeOf('bookings-2')]
    await jump()
    // A token carries times of its own: each replica is asked with one of its own day.
    const onFast = { at: fast, buyer: await buyers.buyer(baseUrl, { clockShiftMs: TEN_MINUTES_MS }) }
    const onSlow = { at: slow, buyer: await buyers.buyer(baseUrl, { clockShiftMs: -TEN_MINUTES_MS }) }
    const { flight } = await largestFlight(await buyers.buyer(baseUrl), 20)
    const told = nothingTold()

    for (const [mine, theirs] of [
      [onFast, onSlow],
      [onSlow, onFast],
    ] as const) {
      const hold = await expectStatus(mine.buyer.call<Hold>('POST', '/holds', holdBody(flight, [null]), mine), 201)
      const seat = hold.body.flights[0]?.seats[0]?.designator ?? ''
      expect(Math.abs(Date.parse(hold.body.expiresAt) - Date.now() - TEN_MINUTES_MS)).toBeLessThan(60_000)
      expect((await theirs.buyer.call('POST', '/holds', holdBody(flight, [seat]), theirs)).status).toBe(409)
      // Several rounds of both sweepers.
      await passing(3_000)
      const body = bookingBody(hold.body.id, [seat], 'clock@example.com')
      const booking = await expectStatus(mine.buyer.call<Booking>('POST', '/bookings', body, mine), 201)
      told.bookings.push({ booking: booking.body })
      const key = randomUUID()
      const paying = () =>
        mine.buyer.call<Payment>('POST', `/bookings/${booking.body.id}/payments`, { paymentMethod: VISA }, { at: mine.at, key })
      told.paid.push((await expectStatus(insist(paying), 201)).body.id)

      const lapsing = await expectStatus(mine.buyer.call<Hold>('POST', '/holds', holdBody(flight, [null]), mine), 201)
      const lapsingSeat = lapsing.body.flights[0]?.seats[0]?.designator ?? ''
      await lapseTogether([lapsing.body.id])
      await waitFor(async () => (await theirs.buyer.call('POST', '/holds', holdBody(flight, [lapsingSeat]), theirs)).status === 201, {
        what: 'the lapsed seat to be had on the other replica',
      })
    }
    // The services do not believe each other by such clocks, and cannot ask each other what they have said.
    await jump()
    await expectAllTrue(faults.books(), told)
  })

  /** The wall clocks go wrong, or are set right again. */
  async function jump(): Promise<void> {
    await Promise.all([
      faults.stack.kill('bookings', { replica: 1, signal: 'SIGUSR2' }),
      faults.stack.kill('bookings', { replica: 2, signal: 'SIGUSR2' }),
      faults.stack.kill('notifications', { signal: 'SIGUSR2' }),
      faults.stack.kill('simulator', { signal: 'SIGUSR2' }),
    ])
  }
})
