import { randomUUID } from 'node:crypto'
import type { Booking } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { expect, test } from 'vitest'
import { bookSeats, captured, checkedClient, offer, signedUp } from './checked-client.ts'
import { chargesOf, expectStatus, mailsTo, Traveller } from './traveller.ts'

export interface Running {
  baseUrl: string
  mailboxUrl: string
  simulatorUrl: string
}

/** What a buyer sees through the gateway, whatever the servers beneath. */
export function purchaseSuite(running: () => Running): void {
  test('a seat is searched, held, booked and paid with the client: the booking is confirmed, charged once, and its e-mail comes once with ticket and calendar', async () => {
    const { baseUrl, mailboxUrl, simulatorUrl } = running()
    const skyhold = checkedClient(baseUrl)
    const email = await signedUp(skyhold)
    const booking = await bookSeats(skyhold, email, 2)
    const paid = await skyhold.call('payForBooking', { path: { id: booking.id }, body: { paymentMethod: 'pm_card_visa' } })
    expect(paid.isReplayed).toBe(false)
    await captured(skyhold, paid.data.id)

    const { data: confirmed } = await skyhold.call('readBooking', { path: { id: booking.id } })
    expect(confirmed.status).toBe('confirmed')
    expect(confirmed.passengers.flatMap(({ tickets }) => tickets)).toHaveLength(2)
    const listed: string[] = []
    for await (const { id } of skyhold.each('listBookings', { query: { limit: 1 } })) listed.push(id)
    expect(listed).toEqual([booking.id])
    expect(await chargesOf(simulatorUrl, booking.id)).toMatchObject([{ amountMinor: booking.total.amountMinor, refundedMinor: 0 }])
    const mails = await waitFor(async () => confirmations(await mailsTo(mailboxUrl, email), booking), {
      timeoutMs: 20_000,
      what: 'the confirmation e-mail',
    })
    expect(mails).toHaveLength(1)
    expect(mails[0]?.attachments.map(({ contentType }) => contentType)).toEqual(['application/pdf', 'text/calendar'])
  })

  test('a payment with a key that is kept — made again — is answered the same; another is refused, and so is all after signing out', async () => {
    const { baseUrl, simulatorUrl } = running()
    const skyhold = checkedClient(baseUrl)
    const booking = await bookSeats(skyhold, await signedUp(skyhold), 1)
    const pay = () =>
      skyhold.call('payForBooking', { path: { id: booking.id }, body: { paymentMethod: 'pm_card_visa' }, key: `kept-${booking.id}` })
    const { data: first } = await pay()
    await captured(skyhold, first.id)
    expect(await pay()).toMatchObject({ status: 201, data: { id: first.id, status: 'captured' }, isReplayed: true })
    await expect(
      skyhold.call('payForBooking', { path: { id: booking.id }, body: { paymentMethod: 'pm_card_visa' } }),
    ).rejects.toMatchObject({
      code: 'already_paid',
      status: 409,
    })
    expect(await chargesOf(simulatorUrl, booking.id)).toHaveLength(1)
    await skyhold.signOut()
    await expect(skyhold.call('readBooking', { path: { id: booking.id } })).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('somebody watches a flight while a seat of it is held: the change is told at once', async () => {
    const { baseUrl } = running()
    const skyhold = checkedClient(baseUrl)
    await signedUp(skyhold)
    const { flight, fare } = await offer(skyhold)
    const told: string[] = []
    const hold = async () => (await skyhold.call('createHold', { body: { flights: [{ flightId: flight.id, fare, seats: [null] }] } })).data
    let held: ReturnType<typeof hold> | undefined
    for await (const { seats } of skyhold.watchSeats(flight.id, { signal: AbortSignal.timeout(20_000) })) {
      // The first event says that the watch has begun.
      held ??= hold()
      told.push(...seats.filter(({ status }) => status === 'held').map(({ designator }) => designator))
      if (told.includes((await held).flights[0]?.seats[0]?.designator ?? '')) break
    }
    expect(told).toContain((await held)?.flights[0]?.seats[0]?.designator)
  })

  test('many people want one seat at once: one has it, the others are told when to come back', async () => {
    const { baseUrl } = running()
    const people = await Promise.all(Array.from({ length: 8 }, () => Traveller.registered(baseUrl)))
    const [first] = people
    if (!first) throw new Error('nobody came')
    const flight = await first.findFlight('BOM', 'BLR')
    const seat = await freeSeat(first, flight.id)
    const replies = await Promise.all(people.flatMap((person) => [person.hold(flight, [seat]), person.hold(flight, [seat])]))
    const losers = replies.filter(({ status }) => status === 409)
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(losers).toHaveLength(15)
    for (const { headers, body } of losers) {
      expect(body).toMatchObject({ code: 'seat_unavailable' })
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(500)
    }
  })

  test('the same payment is sent ten times with one key and ten times with others: one charge', async () => {
    const { baseUrl, simulatorUrl } = running()
    const ada = await Traveller.registered(baseUrl)
    const booking = await ada.bookSeats()
    const key = randomUUID()
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => [ada.pay(booking, 'pm_card_visa', key), ada.pay(booking, 'pm_card_visa')]).flat(),
    )
    expect(new Set(replies.map(({ status }) => status)).size).toBeLessThanOrEqual(2)
    expect(replies.every(({ status }) => status === 201 || status === 409)).toBe(true)
    expect(await chargesOf(simulatorUrl, booking.id)).toHaveLength(1)
    expect((await ada.read(booking)).status).toBe('confirmed')
  })

  test('a card is declined: 402 says why, nothing is charged, and another card pays', async () => {
    const { baseUrl, simulatorUrl } = running()
    const ada = await Traveller.registered(baseUrl)
    const booking = await ada.bookSeats()
    const declined = await ada.pay(booking, 'pm_card_visa_chargeDeclinedInsufficientFunds')
    expect(declined).toMatchObject({ status: 402, body: { code: 'card_declined', declineCode: 'insufficient_funds' } })
    expect(await chargesOf(simulatorUrl, booking.id)).toHaveLength(0)
    await expectStatus(ada.pay(booking, 'pm_card_visa'), 201)
    expect(await chargesOf(simulatorUrl, booking.id)).toHaveLength(1)
  })

  test('somebody else asks for a booking: it is, for all he is told, not there', async () => {
    const { baseUrl } = running()
    const [ada, eve] = await Promise.all([Traveller.registered(baseUrl), Traveller.registered(baseUrl)])
    const booking = await ada.bookSeats()
    expect(await eve.call('GET', `/bookings/${booking.id}`)).toMatchObject({ status: 404, body: { code: 'booking_not_found' } })
    expect(await eve.pay(booking, 'pm_card_visa')).toMatchObject({ status: 404 })
    expect(await new Traveller(baseUrl).call('GET', `/bookings/${booking.id}`)).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    })
  })
}

export const confirmations = (mails: Awaited<ReturnType<typeof mailsTo>>, booking: Pick<Booking, 'reference'>) => {
  const found = mails.filter(({ subject }) => subject.includes(booking.reference) && subject.includes('confirmed'))
  return found.length ? found : null
}

export async function freeSeat(traveller: Traveller, flightId: string): Promise<string> {
  const { body } = await traveller.seatMap(flightId)
  const economy = body.cabins.find(({ cabin }) => cabin === 'economy')
  const free = economy?.rows.flatMap(({ seats }) => seats).filter(({ status }) => status === 'available') ?? []
  const seat = free[Math.floor(Math.random() * free.length)]
  if (!seat) throw new Error(`no free seat on ${flightId}`)
  return seat.designator
}
