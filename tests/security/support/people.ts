import { randomUUID } from 'node:crypto'
import type { Booking, Flight, Hold, Tokens, User } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { type Answer, bearer, send } from './send.ts'
import { ADMIN, type Skyhold } from './skyhold.ts'

/** Somebody with an account, who calls the API as a program would. */
export class Person {
  readonly email: string
  readonly #password: string
  readonly #baseUrl: string
  userId = ''
  tokens: Tokens = { accessToken: '', tokenType: 'Bearer', expiresInSeconds: 0, refreshToken: '' }

  constructor(baseUrl: string, { email, password }: { email: string; password: string }) {
    this.#baseUrl = baseUrl
    this.email = email
    this.#password = password
  }

  static async registered(baseUrl: string, names = { givenNames: 'Ada', familyName: 'Lovelace' }): Promise<Person> {
    const person = new Person(baseUrl, { email: `${randomUUID().slice(0, 8)}@example.com`, password: `a pass phrase ${randomUUID()}` })
    await person.does('POST', '/auth/register', { email: person.email, password: person.#password, ...names }, 201)
    await person.signIn()
    return person
  }

  static async admin(baseUrl: string): Promise<Person> {
    const admin = new Person(baseUrl, ADMIN)
    await admin.signIn()
    return admin
  }

  /** Signed in with the role of an agent, which this administrator gives. */
  static async agent(baseUrl: string, admin: Person): Promise<Person> {
    const agent = await Person.registered(baseUrl, { givenNames: 'Grace', familyName: 'Hopper' })
    await admin.does('PUT', `/users/${agent.userId}/roles`, { roles: ['customer', 'agent'] })
    await agent.signIn()
    return agent
  }

  async signIn(): Promise<void> {
    this.tokens = await this.does<Tokens>('POST', '/auth/login', { email: this.email, password: this.#password })
    this.userId = (await this.does<User>('GET', '/me')).id
  }

  get credentials(): { email: string; password: string } {
    return { email: this.email, password: this.#password }
  }

  get bearer(): { authorization: string } {
    return bearer(this.tokens.accessToken)
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return send(this.#baseUrl, {
      method,
      path: `/api/v1${path}`,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.tokens.accessToken ? this.bearer : {}),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** A call that has to work: its body. */
  async does<T>(method: string, path: string, body?: unknown, status?: number): Promise<T> {
    const answer = await this.call(method, path, body)
    if (status === undefined ? answer.status >= 300 : answer.status !== status)
      throw new Error(`${method} ${path} answers ${answer.status}: ${answer.text}`)
    return answer.json as T
  }

  async findFlight(inDays = 12): Promise<Flight> {
    const date = new Date(Date.now() + inDays * 86_400_000).toISOString().slice(0, 10)
    const { data } = await this.does<{ data: Flight[] }>('GET', `/flights?from=DEL&to=BOM&date=${date}&limit=50`)
    const flight = data[Math.floor(Math.random() * data.length)]
    if (!flight) throw new Error(`no flight on ${date}`)
    return flight
  }

  hold(flight: Flight, seats = 1): Promise<Hold> {
    const fare = flight.fares.find(({ cabin }) => cabin === 'economy')?.code
    return this.does<Hold>('POST', '/holds', { flights: [{ flightId: flight.id, fare, seats: Array(seats).fill(null) }] })
  }

  async book(names: { givenNames: string; familyName: string } = { givenNames: 'Ada', familyName: "O'Brien" }): Promise<Booking> {
    const hold = await this.hold(await this.findFlight())
    return this.does<Booking>('POST', '/bookings', bookingBody(hold, this.email, names))
  }
}

export const bookingBody = (hold: Hold, email: string, names: { givenNames: string; familyName: string }) => ({
  holdId: hold.id,
  passengers: [{ ...names, type: 'adult', seats: hold.flights.map(({ seats }) => seats[0]?.designator) }],
  contact: { email },
})

/** What somebody owns, by the names that the tables of these tests use. */
export interface Belongings {
  user: string
  /** Another user, who has nothing and whom nobody will miss. */
  stranger: string
  session: string
  flight: string
  hold: string
  booking: string
  paidBooking: string
  payment: string
  cancellation: string
  refund: string
  notification: string
  reference: string
}

/** One of everything that belongs to one person alone. */
export async function belongingsOf(owner: Person, admin: Person, baseUrl: string): Promise<Belongings> {
  const stranger = await Person.registered(baseUrl)
  const hold = await owner.hold(await owner.findFlight(15))
  const booking = await owner.book()
  const paid = await owner.book()
  const payment = await paymentOf(owner, paid.id)
  const refund = await admin.does<{ id: string }>('POST', `/payments/${payment.id}/refunds`, {
    amountMinor: 100,
    reason: 'A gesture of goodwill.',
  })
  const cancellation = await owner.does<{ id: string }>('POST', `/bookings/${paid.id}/cancellations`)
  const sessions = await owner.does<{ data: { id: string }[] }>('GET', '/me/sessions')
  const notification = await waitFor(
    async () => (await owner.does<{ data: { id: string }[] }>('GET', `/notifications?bookingId=${paid.id}`)).data[0],
    { timeoutMs: 30_000, what: 'a notification of the booking' },
  )
  return {
    user: owner.userId,
    stranger: stranger.userId,
    session: sessions.data[0]?.id ?? '',
    flight: hold.flights[0]?.flightId ?? '',
    hold: hold.id,
    booking: booking.id,
    paidBooking: paid.id,
    payment: payment.id,
    cancellation: cancellation.id,
    refund: refund.id,
    notification: notification.id,
    reference: paid.reference,
  }
}

/** A payment that is captured; a slow machine answers that it is under way, and it is waited for. */
async function paymentOf(owner: Person, bookingId: string): Promise<{ id: string }> {
  const begun = await owner.does<{ id: string }>('POST', `/bookings/${bookingId}/payments`, { paymentMethod: 'pm_card_visa' })
  await waitFor(async () => (await owner.does<{ status: string }>('GET', `/payments/${begun.id}`)).status === 'captured', {
    timeoutMs: 60_000,
    what: 'the payment to be captured',
  })
  return begun
}

/** The people of a file of tests: made once, because each costs a hash of a password. */
export class People {
  declare ada: Person
  declare eve: Person
  declare agent: Person
  declare admin: Person

  async come({ baseUrl }: Skyhold): Promise<void> {
    this.admin = await Person.admin(baseUrl)
    this.ada = await Person.registered(baseUrl)
    this.eve = await Person.registered(baseUrl, { givenNames: 'Eve', familyName: 'Dropper' })
    this.agent = await Person.agent(baseUrl, this.admin)
  }
}
