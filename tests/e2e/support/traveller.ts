import { randomUUID } from 'node:crypto'
import type { Booking, Flight, Hold, Payment, SeatMap, Tokens } from '@skyhold/contracts'
import { assertDeclared, waitFor } from '@skyhold/testkit'

export interface Reply<T> {
  status: number
  headers: Headers
  body: T
}

/** What a call came to: its status, or why it has none. */
export interface Outcome {
  call: string
  came: number | string
}

export interface TravellerOptions {
  email?: string
  /** Sent with each call. */
  headers?: Record<string, string> | undefined
  /** Told of each call's outcome, those that are repeated included. */
  onOutcome?: ((outcome: Outcome) => void) | undefined
}

export interface Mail {
  id: string
  to: string
  subject: string
  headers: Record<string, string>
  text: string
  attachments: { filename: string; contentType: string; size: number }[]
}

/** A person with an account who buys over HTTP through the gateway, as a program would. */
export class Traveller {
  readonly email: string
  readonly #baseUrl: string
  readonly #headers: Record<string, string>
  readonly #onOutcome: (outcome: Outcome) => void
  #token = ''

  constructor(
    baseUrl: string,
    { email = `${randomUUID().slice(0, 8)}@example.com`, headers = {}, onOutcome = () => undefined }: TravellerOptions = {},
  ) {
    this.#baseUrl = baseUrl
    this.email = email
    this.#headers = headers
    this.#onOutcome = onOutcome
  }

  static async registered(baseUrl: string, options: TravellerOptions = {}): Promise<Traveller> {
    const traveller = new Traveller(baseUrl, options)
    const password = `a long pass phrase ${randomUUID()}`
    await expectStatus(
      traveller.call('POST', '/auth/register', { email: traveller.email, password, givenNames: 'Ada', familyName: 'Lovelace' }),
      201,
    )
    await traveller.#signIn(password)
    return traveller
  }

  /** Somebody who has an account already. */
  static async signedIn(baseUrl: string, { email, password }: { email: string; password: string }): Promise<Traveller> {
    const traveller = new Traveller(baseUrl, { email })
    await traveller.#signIn(password)
    return traveller
  }

  async #signIn(password: string): Promise<void> {
    const { body } = await expectStatus(this.call<Tokens>('POST', '/auth/login', { email: this.email, password }), 200)
    this.#token = body.accessToken
  }

  async call<T>(method: string, path: string, body?: unknown, { key }: { key?: string } = {}): Promise<Reply<T>> {
    const { response, text } = await this.#send(method, path, {
      headers: {
        ...this.#headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    assertDeclared(method, response, text)
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : null) as T }
  }

  async #send(method: string, path: string, init: RequestInit): Promise<{ response: Response; text: string }> {
    const call = `${method} ${path}`
    try {
      const response = await fetch(`${this.#baseUrl}/api/v1${path}`, { ...init, method, signal: AbortSignal.timeout(30_000) })
      const text = await response.text()
      this.#onOutcome({ call, came: response.status })
      return { response, text }
    } catch (error) {
      this.#onOutcome({ call, came: reasonOf(error) })
      throw error
    }
  }

  /** Repeats a call under its key until it is answered otherwise than by a 5xx, a lost connection or "still running": what a client does when a service dies. */
  async insist<T>(method: string, path: string, body: unknown, key: string): Promise<Reply<T>> {
    return waitFor(
      async () => {
        try {
          const reply = await this.call<T & { code?: string }>(method, path, body, { key })
          const isOpen = reply.status >= 500 || reply.status === 429 || reply.body?.code === 'request_in_progress'
          return isOpen ? null : reply
        } catch (error) {
          // The connection went away with the process: the key makes it safe to ask again.
          if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return null
          throw error
        }
      },
      { timeoutMs: 60_000, what: `an answer to ${method} ${path}` },
    )
  }

  async findFlight(from = 'DEL', to = 'BOM', inDays = 12): Promise<Flight> {
    const date = new Date(Date.now() + inDays * 86_400_000).toISOString().slice(0, 10)
    const { body } = await expectStatus(this.call<{ data: Flight[] }>('GET', `/flights?from=${from}&to=${to}&date=${date}&limit=50`), 200)
    const flight = body.data[Math.floor(Math.random() * body.data.length)]
    if (!flight) throw new Error(`no flight from ${from} to ${to} on ${date}`)
    return flight
  }

  seatMap(flightId: string): Promise<Reply<SeatMap>> {
    return this.call('GET', `/flights/${flightId}/seat-map`)
  }

  hold(flight: Flight, seats: (string | null)[], key: string = randomUUID()): Promise<Reply<Hold>> {
    return this.call('POST', '/holds', holdBody(flight, seats), { key })
  }

  book(hold: Hold, key: string = randomUUID()): Promise<Reply<Booking>> {
    return this.call('POST', '/bookings', this.bookingBody(hold), { key })
  }

  bookingBody(hold: Hold) {
    const seats = hold.flights[0]?.seats ?? []
    const passengers = seats.map((_, i) => ({
      givenNames: `Passenger ${'ABCDEFGHI'[i]}`,
      familyName: "O'Brien",
      type: 'adult',
      seats: hold.flights.map((flight) => flight.seats[i]?.designator),
    }))
    return { holdId: hold.id, passengers, contact: { email: this.email } }
  }

  pay(booking: Booking, paymentMethod: string, key: string = randomUUID()): Promise<Reply<Payment>> {
    return this.call('POST', `/bookings/${booking.id}/payments`, { paymentMethod }, { key })
  }

  async read(booking: Booking): Promise<Booking> {
    return (await expectStatus(this.call<Booking>('GET', `/bookings/${booking.id}`), 200)).body
  }

  /** A booking that waits for its payment. */
  async bookSeats(seats: (string | null)[] = [null]): Promise<Booking> {
    const hold = await expectStatus(this.hold(await this.findFlight(), seats), 201)
    return (await expectStatus(this.book(hold.body), 201)).body
  }
}

/** `ECONNREFUSED`, which fetch hides in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : String(cause)
}

export const holdBody = (flight: Flight, seats: (string | null)[]) => ({
  flights: [{ flightId: flight.id, fare: flight.fares.find(({ cabin }) => cabin === 'economy')?.code, seats }],
})

export async function expectStatus<T>(call: Promise<Reply<T>>, status: number): Promise<Reply<T>> {
  const reply = await call
  if (reply.status !== status) throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`)
  return reply
}

export async function mailsTo(mailboxUrl: string, email: string): Promise<Mail[]> {
  const response = await fetch(`${mailboxUrl}/messages?to=${encodeURIComponent(email)}`)
  return ((await response.json()) as { data: Mail[] }).data
}

export interface Charge {
  paymentIntent: string
  amountMinor: number
  refundedMinor: number
  metadata: { bookingId: string; paymentId: string }
}

/** What the provider has really charged for a booking. */
export async function chargesOf(simulatorUrl: string, bookingId: string): Promise<Charge[]> {
  const response = await fetch(`${simulatorUrl}/ledger`)
  const { charges } = (await response.json()) as { charges: Charge[] }
  return charges.filter((charge) => charge.metadata.bookingId === bookingId)
}
