import { randomUUID } from 'node:crypto'
import { type Schema, Skyhold } from '@skyhold/client'
import { type AnswerHead, assertDeclared, assertEventDeclared, waitFor } from '@skyhold/testkit'

/** The typed client, with every answer that it gets held against the contract. */
export const checkedClient = (baseUrl: string): Skyhold =>
  new Skyhold({
    baseUrl,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      // A stream has no end to wait for: its events are looked at as they come.
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
      if (isStream) return new Response(response.body?.pipeThrough(checkedEvents(response)), response)
      assertDeclared(init?.method ?? 'GET', response, await response.clone().text())
      return response
    },
  })

function checkedEvents(answer: AnswerHead): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  let text = ''
  return new TransformStream({
    transform(piece, controller) {
      const events = (text + decoder.decode(piece, { stream: true })).split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) assertEventDeclared(answer, event)
      controller.enqueue(piece)
    },
  })
}

/** Opens an account, signs in with it, and answers its e-mail address. */
export async function signedUp(skyhold: Skyhold): Promise<string> {
  const email = `${randomUUID().slice(0, 8)}@example.com`
  const password = `a long pass phrase ${randomUUID()}`
  await skyhold.call('register', { body: { email, password, givenNames: 'Ada', familyName: 'Lovelace' } })
  await skyhold.signIn({ email, password })
  return email
}

export async function offer(skyhold: Skyhold): Promise<{ flight: Schema<'Flight'>; fare: string }> {
  const date = new Date(Date.now() + 13 * 86_400_000).toISOString().slice(0, 10)
  const { data } = await skyhold.call('searchFlights', { query: { from: 'DEL', to: 'BOM', date, cabin: 'economy', passengers: 2 } })
  const flight = data.data[Math.floor(Math.random() * data.data.length)]
  const fare = flight?.fares.find(({ cabin }) => cabin === 'economy')?.code
  if (!flight || fare === undefined) throw new Error(`no flight with economy seats on ${date}`)
  return { flight, fare }
}

/** A booking that waits for its payment. */
export async function bookSeats(skyhold: Skyhold, email: string, count: number): Promise<Schema<'Booking'>> {
  const { flight, fare } = await offer(skyhold)
  const seats = Array.from({ length: count }, () => null)
  const { data: hold } = await skyhold.call('createHold', { body: { flights: [{ flightId: flight.id, fare, seats }] } })
  const passengers = Array.from({ length: count }, (_, i) => ({
    givenNames: `Passenger ${'ABCDEFGHI'[i] ?? ''}`,
    familyName: "O'Brien",
    type: 'adult' as const,
    seats: hold.flights.map((held) => held.seats[i]?.designator ?? ''),
  }))
  return (await skyhold.call('createBooking', { body: { holdId: hold.id, passengers, contact: { email } } })).data
}

/** Resolves when the card is charged: a slow machine may have answered 202 first. */
export const captured = (skyhold: Skyhold, paymentId: string): Promise<true> =>
  waitFor(async () => (await skyhold.call('readPayment', { path: { id: paymentId } })).data.status === 'captured' || null, {
    timeoutMs: 30_000,
    what: `payment ${paymentId} to be captured`,
  })
