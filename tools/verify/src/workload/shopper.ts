import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Booking, Cancellation, Hold, Payment } from '@skyhold/contracts'
import type { Journey } from '../plan/journey.ts'
import type { Client, Reply } from './client.ts'
import type { Offer, Things } from './market.ts'
import type { Customer } from './people.ts'
import { send } from './send.ts'
import { tryDoors } from './snoop.ts'

export interface Shop {
  offers: readonly Offer[]
  things: Things
  /** For calls that need no account. */
  stranger: (user: string) => Client
  /** Stands in for the cardholder at his bank. Null when the simulator cannot be reached: 3-D Secure is then left to lapse. */
  approve: ((clientSecret: string) => Promise<void>) | null
}

const HOARD = 6
const DAWDLES_MS_MAX = 30_000
/** So soon after the end of a hold that no job has been there yet. */
const LATE_MS = 400

/** One person who goes through journeys, one after the other. */
export class Shopper {
  readonly #customer: Customer
  readonly #shop: Shop

  constructor(customer: Customer, shop: Shop) {
    this.#customer = customer
    this.#shop = shop
  }

  async go(journey: Journey): Promise<void> {
    await sleep(journey.pauseMs)
    switch (journey.kind) {
      case 'browse':
        return this.#browse(journey)
      case 'snoop':
        return tryDoors(this.#customer, this.#shop)
      case 'look_up':
        return this.#lookUp()
      case 'hold':
        return this.#endHold(await this.#hold(journey), journey)
      case 'hoard':
        return this.#hoard(journey)
      case 'buy':
        return this.#buy(journey)
    }
  }

  async #browse(journey: Journey): Promise<void> {
    for (const { flight } of journey.flights) {
      const { flightId } = this.#offer(flight)
      await this.#client.call({ operation: 'read seat map', method: 'GET', path: `/flights/${flightId}/seat-map`, token: null })
    }
    await this.#client.call({ operation: 'list bookings', method: 'GET', path: '/bookings?limit=20' })
  }

  /** The newest booking, opened by reference and name without an account, then read with the token that this gives. */
  async #lookUp(): Promise<void> {
    const booking = this.#shop.things.ownBooking(this.#customer.name)
    if (!booking) return
    const stranger = this.#shop.stranger(this.#customer.name)
    const body = { reference: booking.reference, familyName: this.#customer.familyName }
    const found = await stranger.call<{ accessToken: string }>({ operation: 'look up', method: 'POST', path: '/bookings/lookup', body })
    if (found?.status === 200)
      await stranger.call({ operation: 'read booking', method: 'GET', path: `/bookings/${booking.id}`, token: found.body.accessToken })
  }

  async #buy(journey: Journey): Promise<void> {
    const hold = await this.#hold(journey)
    if (!hold) return
    if (journey.extends) await this.#extend(hold)
    if (journey.leaves === 'after_hold') return this.#endHold(hold, journey)
    const booking = await this.#book(hold, journey)
    if (!booking) return
    if (journey.dawdles) await this.#dawdle(booking)
    const isPaid = journey.leaves === 'after_booking' ? false : await this.#pay(booking, journey)
    await this.#read(booking)
    const wantsOut = isPaid ? journey.cancels !== 'no' : journey.givesBack
    if (wantsOut) await this.#cancel(booking, journey)
  }

  async #hold({ flights, fare, repeats }: Journey): Promise<Hold | null> {
    const bodyOf = (wanted: Journey['flights']) => ({
      flights: wanted.map(({ flight, seats }) => {
        const { flightId, fares, seats: wantedSeats } = this.#offer(flight)
        return { flightId, fare: fares[fare % fares.length], seats: seats.map((seat) => (seat === null ? null : wantedSeats[seat])) }
      }),
    })
    const reply = await send<Hold>(this.#client, {
      operation: 'hold',
      method: 'POST',
      path: '/holds',
      body: bodyOf(flights),
      otherBody: bodyOf(flights.map(({ flight, seats }) => ({ flight, seats: [...seats, null] }))),
      repeat: repeats.hold,
    })
    if (reply?.status !== 201) return null
    this.#shop.things.add({ owner: this.#customer.name, kind: 'hold', id: reply.body.id })
    return reply.body
  }

  async #extend({ id }: Hold): Promise<void> {
    await this.#client.insist({ operation: 'extend', method: 'POST', path: `/holds/${id}/extension` })
    await this.#client.call({ operation: 'read hold', method: 'GET', path: `/holds/${id}` })
  }

  /** More holds at once than anybody may have; what was granted is given back. */
  async #hoard({ flights, fare }: Journey): Promise<void> {
    const { flightId, fares } = this.#offer(flights[0]?.flight ?? 0)
    const body = { flights: [{ flightId, fare: fares[fare % fares.length], seats: [null] }] }
    const wish = { operation: 'hold', method: 'POST', path: '/holds', body, repeat: 'no' } as const
    const replies = await Promise.all(Array.from({ length: HOARD }, () => send<Hold>(this.#client, wish)))
    for (const reply of replies)
      if (reply?.status === 201) await this.#client.insist({ operation: 'release', method: 'DELETE', path: `/holds/${reply.body.id}` })
  }

  /** Until the time to pay is over, in an installation where nobody waits long for that. */
  async #dawdle({ expiresAt }: Booking): Promise<void> {
    const leftMs = Date.parse(expiresAt ?? '') - Date.now()
    if (leftMs < DAWDLES_MS_MAX) await sleep(Math.max(0, leftMs) + LATE_MS)
  }

  /** Given back, or left to lapse. */
  async #endHold(hold: Hold | null, { givesBack, extends: isExtended }: Journey): Promise<void> {
    if (!hold) return
    if (isExtended) await this.#extend(hold)
    if (givesBack) await this.#client.insist({ operation: 'release', method: 'DELETE', path: `/holds/${hold.id}` })
  }

  async #book(hold: Hold, { repeats }: Journey): Promise<Booking | null> {
    const { email, familyName } = this.#customer
    const passengers = (hold.flights[0]?.seats ?? []).map((_, i) => ({
      givenNames: `Passenger ${'ABCDEFGHI'[i]}`,
      familyName,
      type: 'adult',
      seats: hold.flights.map(({ seats }) => seats[i]?.designator),
    }))
    const body = { holdId: hold.id, passengers, contact: { email } }
    const reply = await send<Booking>(this.#client, {
      operation: 'book',
      method: 'POST',
      path: '/bookings',
      body,
      otherBody: { ...body, contact: { email, phone: '+47 22 00 00 00' } },
      repeat: repeats.book,
    })
    if (reply?.status !== 201) return null
    this.#shop.things.addBooking(this.#customer.name, reply.body)
    return reply.body
  }

  /** With one card after the other, until one pays or the booking cannot be paid any more. */
  async #pay(booking: Booking, { cards, repeats, approves3ds }: Journey): Promise<boolean> {
    for (const paymentMethod of cards) {
      const reply = await send<Payment>(this.#client, {
        operation: 'pay',
        method: 'POST',
        path: `/bookings/${booking.id}/payments`,
        body: { paymentMethod },
        otherBody: { paymentMethod: 'pm_card_mastercard' },
        repeat: repeats.pay,
      })
      if (reply?.status === 202) return this.#follow(reply.body, { approves3ds })
      if (reply?.status === 201) return true
      if (reply?.status !== 402) return false
    }
    return false
  }

  /** A payment that was not answered at once: approved at the bank if it asks for it, then asked for. */
  async #follow(payment: Payment, { approves3ds }: Pick<Journey, 'approves3ds'>): Promise<boolean> {
    this.#shop.things.add({ owner: this.#customer.name, kind: 'payment', id: payment.id })
    if (payment.status === 'requires_action') {
      if (!approves3ds || !this.#shop.approve || !payment.clientSecret) return false
      await this.#shop.approve(payment.clientSecret)
      const path = `/payments/${payment.id}/confirmation`
      await this.#client.insist({ operation: 'confirm 3-D Secure', method: 'POST', path, key: randomUUID() })
    }
    const seen = await this.#client.insist<Payment>({ operation: 'read payment', method: 'GET', path: `/payments/${payment.id}` })
    return seen?.body.status === 'captured'
  }

  async #cancel(booking: Booking, { cancels, repeats }: Journey): Promise<void> {
    const quote = await send<Cancellation>(this.#client, {
      operation: 'quote cancellation',
      method: 'POST',
      path: `/bookings/${booking.id}/cancellations`,
      repeat: 'no',
    })
    if (quote?.status !== 201 || cancels === 'quote_only') return
    await this.#confirmCancellation(quote, repeats.cancel)
    await this.#read(booking)
  }

  async #confirmCancellation({ body: { id } }: Reply<Cancellation>, repeat: Journey['repeats']['cancel']): Promise<void> {
    await send(this.#client, { operation: 'cancel', method: 'POST', path: `/cancellations/${id}/confirmation`, repeat })
  }

  async #read({ id }: Booking): Promise<void> {
    await this.#client.call({ operation: 'read booking', method: 'GET', path: `/bookings/${id}` })
  }

  get #client(): Client {
    return this.#customer.client
  }

  #offer(flight: number): Offer {
    const { offers } = this.#shop
    const offer = offers[flight % offers.length]
    if (!offer) throw new Error('There is no flight.')
    return offer
  }
}
