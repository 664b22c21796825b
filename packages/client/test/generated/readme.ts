// Made by `npm run contract` from the examples of README.md; not written by hand.

import { Skyhold, SkyholdError } from '../../src/index.ts'

export async function buyOneSeat(baseUrl: string, email: string, password: string): Promise<string> {
  const skyhold = new Skyhold({ baseUrl })
  await skyhold.signIn({ email, password })

  const date = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10)
  const found = await skyhold.call('searchFlights', { query: { from: 'DEL', to: 'BOM', date, cabin: 'economy', sort: 'price' } })
  const flight = found.data.data[0]
  const fare = flight?.fares.find(({ cabin }) => cabin === 'economy')
  if (!flight || !fare) throw new Error(`nothing flies from Delhi to Mumbai on ${date}`)

  // null = choose a seat for me. A designator, such as '12A', asks for that one.
  const hold = await skyhold.call('createHold', { body: { flights: [{ flightId: flight.id, fare: fare.code, seats: [null] }] } })
  const seats = hold.data.flights.map((held) => held.seats[0]?.designator ?? '')
  const booking = await skyhold.call('createBooking', {
    body: {
      holdId: hold.data.id,
      passengers: [{ givenNames: 'Ada', familyName: 'Lovelace', type: 'adult', seats }],
      contact: { email },
    },
  })
  const payment = await skyhold.call('payForBooking', { path: { id: booking.data.id }, body: { paymentMethod: 'pm_card_visa' } })
  // 201: the card is charged. 202: nobody knows yet, or the bank asks its customer first.
  if (payment.status === 202) await skyhold.call('readPayment', { path: { id: payment.data.id } })
  return booking.data.reference
}

export async function holdOrSay(skyhold: Skyhold, flightId: string, fare: string, seat: string): Promise<string> {
  try {
    const { data } = await skyhold.call('createHold', { body: { flights: [{ flightId, fare, seats: [seat] }] } })
    return `yours until ${data.expiresAt}`
  } catch (error) {
    if (!(error instanceof SkyholdError)) throw error
    if (error.code === 'seat_unavailable') return `taken; try again in ${error.retryAfterSeconds ?? '…never'} s`
    return `${error.message} (${error.pointer ?? ''} ${error.requestId ?? ''})`
  }
}

export async function references(skyhold: Skyhold): Promise<string[]> {
  const found: string[] = []
  // The next page is fetched when the loop gets there.
  for await (const booking of skyhold.each('listBookings', { query: { limit: 50 } })) found.push(booking.reference)
  return found
}

export async function waitForSeat(skyhold: Skyhold, flightId: string, seat: string, signal: AbortSignal): Promise<boolean> {
  // A lost connection, or one that says nothing for 45 s, is opened again where it was. Leaving the loop closes it; a signal ends it without an error.
  for await (const { seats } of skyhold.watchSeats(flightId, { signal }))
    if (seats.some(({ designator, status }) => designator === seat && status === 'available')) return true
  return false
}
