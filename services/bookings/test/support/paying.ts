import type { Booking, FlightState, Payment } from '@skyhold/contracts'
import { freePort, type TestDatabase, type TestDatabaseKind, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll, expect } from 'vitest'
import type { CallOptions, Client, ProblemBody, Reply } from './api-client.ts'
import { type BookingsOptions, type RunningBookings, startBookings, TABLES } from './running-bookings.ts'
import { bookSeats, holdSeats } from './sales.ts'
import { type SimulatedProvider, startProvider } from './simulated-provider.ts'

export const VISA = 'pm_card_visa'

export type PaymentReply = Reply<Payment & ProblemBody & { declineCode?: string; paymentId?: string }>

export interface ShopOptions extends Omit<BookingsOptions, 'databaseUrl'> {
  /** How long the provider's slow methods take. */
  slowMs?: number
  /** One entry a replica; each is wired as it says, or as the options say when it is empty. */
  replicas?: Pick<BookingsOptions, 'replace'>[]
}

/** The bookings service with the provider beside it, whose webhooks come to the first replica. */
export class Shop {
  replicas: RunningBookings[] = []
  #provider: SimulatedProvider | undefined
  #options: BookingsOptions | undefined

  async open(databaseUrl: string, { slowMs = 1_200, replicas = [{}], settings, ...options }: ShopOptions): Promise<void> {
    const port = await freePort()
    const paying = { PAYMENTS_URL: `http://127.0.0.1:${port}`, HOLDS_PER_USER_MAX: '50', ...settings }
    this.#options = { databaseUrl, ...options, settings: paying }
    for (const replica of replicas) await this.addReplica(replica)
    this.#provider = await startProvider({ port, slowMs, webhookUrl: `${this.first.url}/api/v1/webhooks/payments` })
  }

  /** One more over the same database. */
  async addReplica(replica: Pick<BookingsOptions, 'replace'> = {}): Promise<RunningBookings> {
    if (!this.#options) throw new Error('the shop is not open')
    const bookings = await startBookings({ ...this.#options, ...replica })
    this.replicas.push(bookings)
    return bookings
  }

  async close(): Promise<void> {
    await this.#provider?.close()
    await Promise.all(this.replicas.map((bookings) => bookings.close()))
  }

  get provider(): SimulatedProvider {
    if (!this.#provider) throw new Error('the provider has not been started')
    return this.#provider
  }

  get first(): RunningBookings {
    return this.replica(0)
  }

  replica(index: number): RunningBookings {
    const bookings = this.replicas[index]
    if (!bookings) throw new Error(`there is no replica ${index}`)
    return bookings
  }

  /** A client and his booking that waits for a card. */
  async order(name: string, { seats = ['1A'], flight }: { seats?: string[]; flight?: FlightState } = {}): Promise<Order> {
    const client = this.first.asUser(name)
    const on = flight ?? (await this.first.addFlight())
    const hold = await holdSeats(client, on, seats)
    return { client, flight: on, booking: await bookSeats(client, hold) }
  }
}

export interface Order {
  client: Client
  flight: FlightState
  booking: Booking
}

export const pay = (client: Client, bookingId: string, paymentMethod?: string, options?: CallOptions): Promise<PaymentReply> =>
  client.post(`/bookings/${bookingId}/payments`, paymentMethod === undefined ? {} : { paymentMethod }, options)

/** A payment that must be captured, by the time of its answer or, on a busy machine, soon after. */
export async function payNow({ client, booking }: Order, paymentMethod = VISA): Promise<Payment> {
  const { status, body } = await pay(client, booking.id, paymentMethod)
  expect([201, 202], JSON.stringify(body)).toContain(status)
  return status === 201 ? body : becomes(client, body, 'captured')
}

/** Comes back from the bank, with one key, until the payment has its end: on a busy machine the first answer may be 202. */
export const comeBack = ({ client }: Pick<Order, 'client'>, { id }: Pick<Payment, 'id'>): Promise<PaymentReply> =>
  waitFor(
    async () => {
      const reply: PaymentReply = await client.post(`/payments/${id}/confirmation`, undefined, { key: `confirm-${id}` })
      return reply.status === 202 ? null : reply
    },
    { what: `payment ${id} to have its end`, timeoutMs: 15_000 },
  )

/** Asks for the payment until it has the status. */
export const becomes = (client: Client, { id }: Payment, status: Payment['status']): Promise<Payment> =>
  waitFor(
    async () => {
      const { body } = await client.get<Payment>(`/payments/${id}`)
      return body.status === status ? body : null
    },
    { what: `payment ${id} to be ${status}`, timeoutMs: 15_000 },
  )

export const bookingOf = async ({ client, booking }: Order): Promise<Booking> => (await client.get<Booking>(`/bookings/${booking.id}`)).body

/** Runs a shop for the tests of the present `describe`. */
export function useShop(create: TestDatabaseKind['create'], options: ShopOptions = {}): Shop {
  const shop = new Shop()
  let database: TestDatabase
  beforeAll(async () => {
    database = await create(TABLES)
    await shop.open(database.url, options)
  })
  afterAll(async () => {
    await shop.close()
    await database.drop()
  })
  return shop
}
