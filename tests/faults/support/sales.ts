import { randomUUID } from 'node:crypto'
import type { Booking, Cancellation, Hold, Payment } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { expectStatus, holdBody, type Outcome, type Reply, Traveller, type TravellerOptions } from '../../e2e/support/traveller.ts'

export const VISA = 'pm_card_visa'

/** A booking and whose it is. */
export interface Order {
  traveller: Traveller
  booking: Booking
}

/** What people were told while things broke: each of it must be true afterwards. */
export interface Told {
  /** As they were acknowledged. */
  bookings: { booking: Booking }[]
  /** Ids of payments that were answered 201: captured. */
  paid: string[]
  /** Answered 402: this try was not charged. */
  declined: string[]
}

export const nothingTold = (): Told => ({ bookings: [], paid: [], declined: [] })

/** People who buy as programs do: under a key, again and again, until they are told. */
export class Sales {
  readonly told = { ...nothingTold(), bookings: [] as Order[] }
  /** Of every call of these people, those that they repeat included: what each came to. */
  readonly outcomes: Outcome[] = []
  readonly #baseUrl: string
  readonly #headers: Record<string, string>

  constructor(baseUrl: string, { headers = {} }: Pick<TravellerOptions, 'headers'> = {}) {
    this.#baseUrl = baseUrl
    this.#headers = headers
  }

  person(): Promise<Traveller> {
    return Traveller.registered(this.#baseUrl, { headers: this.#headers, onOutcome: (outcome) => this.outcomes.push(outcome) })
  }

  /** A booking that waits for its card. */
  async order(traveller?: Traveller): Promise<Order> {
    const buyer = traveller ?? (await this.person())
    const hold = await this.#holdSomewhere(buyer)
    const { body: booking } = await expectStatus(buyer.insist<Booking>('POST', '/bookings', buyer.bookingBody(hold), randomUUID()), 201)
    const order = { traveller: buyer, booking }
    this.told.bookings.push(order)
    return order
  }

  /** Pays under one key until there is an answer, and then until there is an outcome. */
  async pay(order: Order, paymentMethod: string = VISA, key: string = randomUUID()): Promise<Reply<Payment>> {
    const { traveller, booking } = order
    const reply = await traveller.insist<Payment & { paymentId?: string }>(
      'POST',
      `/bookings/${booking.id}/payments`,
      { paymentMethod },
      key,
    )
    if (reply.status === 201) this.told.paid.push(reply.body.id)
    if (reply.status === 402 && reply.body.paymentId) this.told.declined.push(reply.body.paymentId)
    return reply
  }

  /** At the price that its owner is told. */
  async cancel({ traveller, booking }: Order): Promise<void> {
    const quote = await expectStatus(traveller.insist<Cancellation>('POST', `/bookings/${booking.id}/cancellations`, {}, randomUUID()), 201)
    const confirmed = await traveller.insist<Booking>('POST', `/cancellations/${quote.body.id}/confirmation`, {}, randomUUID())
    if (confirmed.status >= 300) throw new Error(`the cancellation was answered ${confirmed.status}: ${JSON.stringify(confirmed.body)}`)
  }

  /** The state of a booking once no payment of it is at work. */
  settled({ traveller, booking }: Order): Promise<Booking> {
    return waitFor(
      async () => {
        const found = await patiently(() => traveller.read(booking))
        return found.status === 'payment_processing' ? null : found
      },
      { timeoutMs: 60_000, what: `the payment of ${booking.id} to have an outcome` },
    )
  }

  people(count: number): Promise<Traveller[]> {
    return Promise.all(Array.from({ length: count }, () => this.person()))
  }

  /** These people buy one booking after the other, all at once, until the signal. Returns how many were bought. */
  async crowd(people: readonly Traveller[], until: AbortSignal, paymentMethod = VISA): Promise<number> {
    let bought = 0
    const buy = async (buyer: Traveller): Promise<void> => {
      while (!until.aborted) {
        await this.pay(await this.order(buyer), paymentMethod)
        bought += 1
      }
    }
    await Promise.all(people.map(buy))
    return bought
  }

  /** The crowd buys while `faults` happen. Returns how many bookings were bought meanwhile. */
  async during(people: readonly Traveller[], faults: () => Promise<void>, paymentMethod = VISA): Promise<number> {
    const ended = new AbortController()
    const [bought] = await Promise.all([this.crowd(people, ended.signal, paymentMethod), faults().finally(() => ended.abort())])
    return bought
  }

  /** On a flight of some day that is not sold out. */
  #holdSomewhere(buyer: Traveller): Promise<Hold> {
    return waitFor(
      async () => {
        const reply = await buyer.insist<Hold & { code?: string }>(
          'POST',
          '/holds',
          holdBody(await buyer.findFlight('DEL', 'BOM', dayOfTravel()), [null]),
          randomUUID(),
        )
        if (reply.status === 409 && reply.body.code === 'fare_sold_out') return null
        return (await expectStatus(Promise.resolve(reply), 201)).body
      },
      { timeoutMs: 90_000, what: 'a flight with a free seat' },
    )
  }

  /** Pays until it is paid: a try that was too slow for the short times of these tests is given up by recovery, and the card is tried again. */
  async payUntilConfirmed(order: Order): Promise<void> {
    await waitFor(
      async () => {
        await this.pay(order)
        return (await this.settled(order)).status === 'confirmed'
      },
      { timeoutMs: 120_000, what: `${order.booking.id} to be confirmed` },
    )
  }
}

/** People travel on many days, all of which are on sale: a quick machine sells the flights of one out within a file of tests. */
const dayOfTravel = (): number => 5 + Math.floor(Math.random() * 15)

/** Reads again while a service is away. */
const patiently = <T>(read: () => Promise<T>) => waitFor(read, { timeoutMs: 60_000, what: 'a read' }) as Promise<T>
