import { randomUUID } from 'node:crypto'
import { DEFAULT_OPERATOR_ID, type Booking, type FlightState, type Hold } from '@skyhold/contracts'
import type { Actor } from '../../services/bookings/src/domain/access.ts'
import { type Answer, fingerprintOf, type IdempotencyKey } from '../../services/bookings/src/domain/idempotency.ts'
import { bookHold } from '../../services/bookings/src/services/book-hold.ts'
import { confirmCancellation } from '../../services/bookings/src/services/confirm-cancellation.ts'
import { extendHold, releaseHold } from '../../services/bookings/src/services/manage-holds.ts'
import { payForBooking } from '../../services/bookings/src/services/pay-for-booking.ts'
import { quoteCancellation } from '../../services/bookings/src/services/quote-cancellation.ts'
import { getBooking } from '../../services/bookings/src/services/read-bookings.ts'
import { CARDS } from './bank.ts'
import type { Cluster, Reply } from './cluster.ts'
import type { Replica } from './replica.ts'

/** A request under a key, and every answer that came to it. */
export interface Call {
  what: string
  key: IdempotencyKey
  /** What was asked about: the booking of a payment. */
  about: string
  replies: { sentAtMs: number; atMs: number; reply: Reply }[]
}

interface Keyed {
  key: IdempotencyKey
  path: string
  requestId: string
}

const RETRIES = 4

/** Somebody who wants to fly, acts at random, and repeats himself when he hears nothing. */
export class Customer {
  readonly calls: Call[] = []
  readonly #cluster: Cluster
  readonly #flights: readonly FlightState[]
  readonly #actor: Extract<Actor, { kind: 'user' }>
  readonly #repeatable: (() => Promise<unknown>)[] = []
  #holds: Hold[] = []
  #bookings: Booking[] = []

  constructor(name: string, cluster: Cluster, flights: readonly FlightState[]) {
    this.#cluster = cluster
    this.#flights = flights
    this.#actor = {
      kind: 'user',
      caller: { userId: `usr_${name}`, sessionId: 'ses_simulated', roles: ['customer'], operatorId: DEFAULT_OPERATOR_ID },
    }
  }

  get name(): string {
    return this.#actor.caller.userId
  }

  /** So many things, one after the other. */
  async act(times: number): Promise<void> {
    const { world } = this.#cluster
    for (let i = 0; i < times; i += 1) {
      await world.sleep(world.chance.between(50, world.chance.hit(0.07) ? 90_000 : 3_000))
      await this.#step()
    }
  }

  #step(): Promise<unknown> {
    const { chance } = this.#cluster.world
    const [hold, booking] = [this.#holds.at(-1), this.#bookings.at(-1)]
    const choices: [weight: number, step: () => Promise<unknown>][] = [[hold ? 2 : 10, () => this.#hold()]]
    if (hold) choices.push([10, () => this.#book(hold)], [1, () => this.#extend(hold)], [1, () => this.#release(hold)])
    if (booking)
      choices.push(
        [9, () => this.#pay(booking)],
        [1, () => Promise.all([this.#pay(booking), this.#pay(booking)])],
        [4, () => this.#cancel(booking)],
        [1, () => this.#read(booking)],
      )
    const old = this.#repeatable.at(-1)
    if (old) choices.push([2, old])
    let left = chance.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
    const chosen = choices.find(([weight]) => (left -= weight) < 0) ?? choices[0]
    return chosen?.[1]() ?? Promise.resolve()
  }

  async #hold(): Promise<void> {
    const { chance } = this.#cluster.world
    const flight = chance.pick(this.#flights)
    const rows = [1, 2, 3]
    const seats = chance.hit(0.2)
      ? [null]
      : [...new Set(Array.from({ length: chance.between(1, 2) }, () => `${chance.pick(rows)}${chance.pick(['A', 'B', 'C'])}`))]
    const body = { flights: [{ flightId: flight.id, fare: chance.pick(flight.fares).code, seats }] }
    const { userId, operatorId } = this.#actor.caller
    const reply = await this.#keyed('hold', '/api/v1/holds', body, userId, ({ takeSeats }, { key, requestId }) =>
      takeSeats.take({ userId, operatorId, key, requestId, flights: body.flights }),
    )
    if (reply?.status === 201) this.#holds.push(reply.body as unknown as Hold)
  }

  async #book(hold: Hold): Promise<void> {
    const passengers = (hold.flights[0]?.seats ?? []).map(({ designator }, i) => ({
      type: 'adult' as const,
      givenNames: `Kari ${i}`,
      familyName: 'Berg',
      seats: [designator],
    }))
    const body = { holdId: hold.id, contact: { email: 'traveller@example.com' }, passengers }
    const reply = await this.#keyed('book', '/api/v1/bookings', body, hold.id, ({ parts }, keyed) =>
      bookHold({ ...keyed, body, actor: this.#actor }, parts),
    )
    if (reply?.status === 201) this.#bookings.push(reply.body as unknown as Booking)
    if (reply) this.#holds = this.#holds.filter(({ id }) => id !== hold.id)
  }

  async #pay(booking: Booking): Promise<void> {
    const { chance } = this.#cluster.world
    const body = booking.total.amountMinor === 0 ? {} : { paymentMethod: chance.pick(CARDS) }
    await this.#keyed('pay', `/api/v1/bookings/${booking.id}/payments`, body, booking.id, ({ parts }, keyed) =>
      payForBooking({ ...keyed, bookingId: booking.id, body, actor: this.#actor }, parts),
    )
  }

  async #cancel(booking: Booking): Promise<void> {
    const quote = await this.#keyed('quote', `/api/v1/bookings/${booking.id}/cancellations`, {}, booking.id, ({ parts }, keyed) =>
      quoteCancellation({ ...keyed, bookingId: booking.id, actor: this.#actor }, parts),
    )
    const cancellationId = quote?.body.id
    if (quote?.status !== 201 || typeof cancellationId !== 'string') return
    const reply = await this.#keyed('cancel', `/api/v1/cancellations/${cancellationId}/confirm`, {}, booking.id, ({ parts }, keyed) =>
      confirmCancellation({ ...keyed, cancellationId, actor: this.#actor }, parts),
    )
    if (reply?.status === 200) this.#bookings = this.#bookings.filter(({ id }) => id !== booking.id)
  }

  #read(booking: Booking): Promise<Reply> {
    return this.#cluster.call(`${this.name} reads ${booking.id}`, async ({ parts }) => {
      const { view } = await getBooking({ bookingId: booking.id, actor: this.#actor }, parts)
      return { status: 200, body: { ...view }, isReplayed: false }
    })
  }

  async #extend(hold: Hold): Promise<void> {
    await this.#cluster.call(`${this.name} extends ${hold.id}`, async ({ parts }) => {
      const extended = await extendHold({ holdId: hold.id, actor: this.#actor, requestId: 'extend' }, parts)
      return { status: 200, body: { ...extended }, isReplayed: false }
    })
  }

  async #release(hold: Hold): Promise<void> {
    const reply = await this.#cluster.call(`${this.name} releases ${hold.id}`, async ({ parts }) => {
      await releaseHold({ holdId: hold.id, actor: this.#actor, requestId: 'release' }, parts)
      return { status: 204, body: {}, isReplayed: false }
    })
    if (reply?.status === 204) this.#holds = this.#holds.filter(({ id }) => id !== hold.id)
  }

  /** Sends a request under a fresh key until there is an answer, or patience is at its end; now and then twice at once. */
  async #keyed(
    what: string,
    path: string,
    body: unknown,
    about: string,
    work: (replica: Replica, keyed: Keyed) => Promise<Answer>,
  ): Promise<Reply> {
    const { world } = this.#cluster
    const idemKey = randomUUID()
    const key = { scope: this.name, idemKey, fingerprint: fingerprintOf({ method: 'POST', path, body }) }
    const call: Call = { what, key, about, replies: [] }
    this.calls.push(call)
    const send = async (): Promise<Reply> => {
      const sentAtMs = world.nowMs
      const reply = await this.#cluster.call(`${this.name} ${what} ${about} ${idemKey.slice(0, 6)}`, (replica) =>
        work(replica, { key, path, requestId: idemKey }),
      )
      call.replies.push({ sentAtMs, atMs: world.nowMs, reply })
      return reply
    }
    this.#repeatable.push(send)
    if (world.chance.hit(0.05)) void send()
    let reply = await send()
    for (let tries = 0; tries < RETRIES && mayBeAskedAgain(reply) && world.chance.hit(0.8); tries += 1) {
      await world.sleep(world.chance.between(100, 5_000))
      reply = await send()
    }
    return reply
  }
}

const mayBeAskedAgain = (reply: Reply): boolean =>
  reply === null || reply.status === 500 || reply.status === 503 || reply.status === 202 || reply.code === 'request_in_progress'
