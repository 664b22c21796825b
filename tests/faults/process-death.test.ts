import { randomUUID } from 'node:crypto'
import { type EventEnvelope, EXCHANGE, type Hold } from '@skyhold/contracts'
import { passing, sized, waitFor } from '@skyhold/testkit'
import { describe, expect, test, vi } from 'vitest'
import { expectStatus, holdBody, mailsTo, type Outcome } from '../e2e/support/traveller.ts'
import { callAgainAndAgain } from './support/callers.ts'
import { type CheckpointName, type MemberName, sharedServers, useFaultStack } from './support/fault-stack.ts'
import { expectAllTrue } from './support/judge.ts'
import { RabbitApi } from './support/rabbit-api.ts'
import { VISA } from './support/sales.ts'

vi.setConfig({ testTimeout: 400_000 })

/** What hangs is settled by others within seconds; by then more than that has gone by. */
const HANGING_MS = sized({ quick: 4_000, full: 40_000 })
const REPLICAS = ['bookings-1', 'bookings-2']
const SERVICES: readonly { name: MemberName; replica: number }[] = [
  ...(['gateway', 'identity', 'flights', 'notifications'] as const).map((name) => ({ name, replica: 1 })),
  ...[1, 2].map((replica) => ({ name: 'bookings' as const, replica })),
]
/** What a buyer may be told while a service ends in good order: success, what the contract has of seats and payments, or that he is to come back. */
const UNDER_ENDING: readonly (number | string)[] = [200, 201, 202, 402, 409, 503]

describe('the death of a process', () => {
  let broker: RabbitApi
  const faults = useFaultStack(async () => {
    const servers = await sharedServers()
    broker = RabbitApi.ofRun(servers.brokerUrl)
    return servers
  })

  test('bookings — killed when a hold is taken and not yet answered — has taken it once, and the same key is told which', async () => {
    const ada = await faults.sales().person()
    const flight = await ada.findFlight()
    const key = randomUUID()
    const struck = faults.strike(REPLICAS, { at: 'hold.taken' })
    const hold = await expectStatus(ada.insist<Hold>('POST', '/holds', holdBody(flight, [null]), key), 201)
    await struck
    const own = await faults.books().query('bookings', 'SELECT id FROM holds WHERE user_id = (SELECT user_id FROM holds WHERE id = :id)', {
      id: hold.body.id,
    })
    expect(own).toEqual([{ id: hold.body.id }])
    await faults.stack.untilReady()
  })

  test.each<{ at: CheckpointName; status: number; becomes: string; charges: number }>([
    { at: 'payment.begun', status: 402, becomes: 'awaiting_payment', charges: 0 },
    { at: 'payment.intent_kept', status: 402, becomes: 'awaiting_payment', charges: 0 },
    { at: 'payment.charged', status: 201, becomes: 'confirmed', charges: 1 },
    { at: 'payment.settled', status: 201, becomes: 'confirmed', charges: 1 },
  ])(
    'bookings — killed at $at — is $becomes with $charges charge, and the same key is told $status',
    async ({ at, status, becomes, charges }) => {
      const sales = faults.sales()
      const order = await sales.order()
      const struck = faults.strike(REPLICAS, { at })
      const reply = await sales.pay(order)
      await struck
      const { status: present } = await sales.settled(order)
      expect([reply.status, present, await faults.books().chargesOf(order.booking.id)]).toEqual([status, becomes, charges])
      await faults.stack.untilReady()
      if (charges === 0) await sales.payUntilConfirmed(order)
      await expectAllTrue(faults.books(), sales.told)
    },
  )

  const hangs: { at: CheckpointName; why: string; becomes: string; charges: number }[] = [
    {
      at: 'payment.intent_kept',
      why: 'has given the try up, and the charge that comes late is refused',
      becomes: 'awaiting_payment',
      charges: 0,
    },
    { at: 'payment.charged', why: 'has confirmed it, and the outcome that comes late changes nothing', becomes: 'confirmed', charges: 1 },
    {
      at: 'payment.begun',
      why: 'has given the try up, and nothing is asked of the provider any more',
      becomes: 'awaiting_payment',
      charges: 0,
    },
  ]

  test.each(hangs.slice(0, sized({ quick: 2, full: 3 })))(
    'bookings — hanging at $at for longer than recovery waits — $why',
    async ({ at, becomes, charges }) => {
      const sales = faults.sales()
      const books = faults.books()
      const order = await sales.order()
      const key = randomUUID()
      const struck = faults.strike(REPLICAS, { at, signal: 'SIGSTOP' })
      const cut = order.traveller.pay(order.booking, VISA, key).catch((error: unknown) => error)
      const id = await struck
      const hanging = passing(HANGING_MS)
      await waitFor(async () => (await books.statusOf(order.booking.id)) === becomes, {
        timeoutMs: 60_000,
        what: 'the other replica to settle the payment',
      })
      await hanging
      await faults.goOn(id)
      await cut
      expect((await sales.pay(order, VISA, key)).status).toBe(charges ? 201 : 402)
      await faults.stack.untilReady()
      expect([await books.statusOf(order.booking.id), await books.chargesOf(order.booking.id)]).toEqual([becomes, charges])
      await expectAllTrue(books, sales.told)
    },
  )

  const otherHangs: { ids: readonly string[]; at: CheckpointName }[] = [
    { ids: REPLICAS, at: 'refund.sent' },
    { ids: REPLICAS, at: 'outbox.confirmed' },
    { ids: ['notifications-1'], at: 'mail.accepted' },
  ]

  // Long enough for every lease to run out, for which the quick size has no time.
  test.each(otherHangs.slice(0, sized({ quick: 0, full: 3 })))(
    'a process — hanging at $at until somebody else may have done its work — changes nothing when it goes on',
    async ({ ids, at }) => {
      const sales = faults.sales()
      const order = await sales.order()
      if (at === 'refund.sent') await sales.payUntilConfirmed(order)
      const struck = faults.strike(ids, { at, signal: 'SIGSTOP' })
      const working = at === 'refund.sent' ? sales.cancel(order) : sales.pay(order)
      const id = await struck
      await passing(HANGING_MS)
      await faults.goOn(id)
      await working
      if (at === 'refund.sent')
        await waitFor(async () => (await faults.books().statusOf(order.booking.id)) === 'cancelled', {
          timeoutMs: 90_000,
          what: 'the refund to be written down',
        })
      await faults.stack.untilReady()
      await expectAllTrue(faults.books(), sales.told)
    },
  )

  test('bookings — killed when the provider has given the money back and before that is written down — gives it back once', async () => {
    const sales = faults.sales()
    const books = faults.books()
    const order = await sales.order()
    const { booking } = order
    await sales.payUntilConfirmed(order)
    const struck = faults.strike(REPLICAS, { at: 'refund.sent' })
    await sales.cancel(order)
    await struck
    await waitFor(async () => (await books.statusOf(booking.id)) === 'cancelled', { timeoutMs: 90_000, what: 'the refund to be found' })
    expect((await books.ledger()).filter(({ metadata }) => metadata.bookingId === booking.id)).toMatchObject([
      { amountMinor: booking.total.amountMinor, refundedMinor: booking.total.amountMinor },
    ])
    await faults.stack.untilReady()
    await expectAllTrue(books, sales.told)
  })

  test('the relay — killed between the confirm of the broker and its mark — says it again, and there is one e-mail', async () => {
    const sales = faults.sales()
    const books = faults.books()
    const tap = 'process-death.tap'
    await broker.tap(tap, EXCHANGE)

    /** The events of one confirmation, whose relay is killed unless it was killed at another event: seats are told of at any time. */
    const killedAtConfirmation = async (): Promise<string[]> => {
      const order = await sales.order()
      const untold = `SELECT id FROM inventory_marks UNION ALL SELECT id FROM outbox WHERE state = 'pending'`
      await waitFor(async () => (await books.query('bookings', untold)).length === 0, {
        what: 'the order to be told of, so that the next to be told is its payment',
      })
      const struck = faults.strike(REPLICAS, { at: 'outbox.confirmed' })
      await sales.payUntilConfirmed(order)
      await struck
      await faults.stack.untilReady()
      await expectAllTrue(books, sales.told)
      const said = (await broker.takeAll(tap)).map(({ payload }) => JSON.parse(payload) as EventEnvelope)
      return said
        .filter(({ type, aggregate }) => type === 'booking.confirmed' && aggregate.id === order.booking.id)
        .map(({ eventId }) => eventId)
    }
    let eventIds = await killedAtConfirmation()
    for (let tries = 1; eventIds.length < 2 && tries < 4; tries += 1) eventIds = await killedAtConfirmation()

    const [first = ''] = eventIds
    expect(eventIds).toEqual([first, first])
    const remembered = (table: string) => books.query('notifications', `SELECT event_id FROM ${table} WHERE event_id = :first`, { first })
    expect([await remembered('inbox'), await remembered('deliveries')]).toEqual([[{ event_id: first }], [{ event_id: first }]])
    await broker.remove(tap)
  })

  test('notifications — killed when a fact is stored and not yet acknowledged — is told of it again, and there is one e-mail', async () => {
    const sales = faults.sales()
    const order = await sales.order()
    const struck = faults.strike(['notifications-1'], { at: 'event.handled' })
    await sales.pay(order)
    await struck
    await faults.stack.untilReady()
    await expectAllTrue(faults.books(), sales.told)
  })

  test('notifications — killed when the mail server has taken an e-mail — sends at most a copy under the same Message-ID', async () => {
    const sales = faults.sales()
    const books = faults.books()
    const order = await sales.order()
    const sentAgain = async (): Promise<number> =>
      (await books.query('notifications', `SELECT id FROM deliveries WHERE attempts = 2 AND status = 'sent'`)).length
    const before = await sentAgain()
    // Whichever e-mail is the next: that of the payment, or one of the account that was late.
    const struck = faults.strike(['notifications-1'], { at: 'mail.accepted' })
    await sales.pay(order)
    await struck
    await faults.stack.untilReady()
    await expectAllTrue(books, sales.told)
    expect(await sentAgain()).toBeGreaterThan(before)
    expect(
      (await mailsTo(faults.placeOf('mailbox-1'), order.traveller.email)).filter(({ subject }) => subject.includes('confirmed')),
    ).toHaveLength(1)
  })

  test('the gateway — killed when a service has answered it and before it passes that on — the same key is told of one hold, and of one charge', async () => {
    const sales = faults.sales()
    const books = faults.books()
    const order = await sales.order()
    const { traveller, booking } = order
    const before = await books.holdsOfOwner(booking.id)
    const flight = await traveller.findFlight()
    sales.outcomes.length = 0
    const repeats = [
      () => expectStatus(traveller.insist<Hold>('POST', '/holds', holdBody(flight, [null]), randomUUID()), 201),
      () => expectStatus(sales.pay(order), 201),
    ]
    for (const repeat of repeats) {
      const struck = faults.strike(['gateway-1'], { at: 'gateway.answered' })
      await repeat()
      await struck
      const [cut, ...later] = sales.outcomes.splice(0).filter(({ call }) => call.startsWith('POST'))
      expect(cut?.came, 'the call whose answer was lost').toEqual(expect.any(String))
      expect(later.at(-1)?.came).toBe(201)
      await faults.stack.untilReady('gateway')
    }
    expect([(await books.holdsOfOwner(booking.id)) - before, await books.chargesOf(booking.id)]).toEqual([1, 1])
    await expectAllTrue(books, sales.told)
  })

  test('every process — told to end under load, one after the other — ends by itself, and nobody sees an error but 503', async () => {
    // One call a connection: on one that was idle and is being closed at that moment HTTP itself loses a call.
    const sales = faults.sales({ headers: { connection: 'close' } })
    const people = await sales.people(2)
    const order = await sales.order()
    const callers = callAgainAndAgain([
      () => order.traveller.call('GET', `/bookings/${order.booking.id}`),
      () => order.traveller.call('GET', '/me'),
      () => order.traveller.call('GET', '/airports'),
    ])
    const stops: { name: string; end: unknown; seen: Outcome[] }[] = []
    const bought = await sales.during(people, async () => {
      for (const { name, replica } of SERVICES) {
        callers.pauseMs = 0
        await waitFor(() => sales.outcomes.length > 20, { timeoutMs: 60_000, what: 'people to call again and again' })
        const end = await faults.stack.stopProcess(name, replica)
        // The load is for the ends. A process that starts needs the processor for itself.
        callers.pauseMs = 200
        faults.stack.startProcess(name, replica)
        await faults.stack.untilReady(name, replica)
        stops.push({ name, end, seen: sales.outcomes.splice(0) })
      }
    })
    await callers.end()
    for (const { name, end, seen } of stops) {
      expect(end, name).toEqual({ code: 0, signal: null })
      const isAllowed = ({ came }: Outcome) => UNDER_ENDING.includes(came) || (name === 'gateway' && came === 'ECONNREFUSED')
      expect(
        seen.filter((outcome) => !isAllowed(outcome)),
        name,
      ).toEqual([])
    }
    expect(bought).toBeGreaterThan(0)
    await expectAllTrue(faults.books(), sales.told)
  })

  test('any process — killed at random every three seconds while people buy — loses nothing that was acknowledged', async () => {
    const sales = faults.sales()
    let kills = 0
    const bought = await sales.during(await sales.people(4), async () => {
      const untilMs = performance.now() + sized({ quick: 20_000, full: 120_000 })
      while (performance.now() < untilMs) {
        const victim = SERVICES[Math.floor(Math.random() * SERVICES.length)]
        // One that is dead already, because it has not come back yet, is spared.
        if (victim && faults.stack.pidOf(victim.name, victim.replica) !== null) {
          await faults.stack.kill(victim.name, { replica: victim.replica })
          kills += 1
        }
        await passing(3_000)
      }
    })
    await faults.stack.untilReady()
    expect(kills).toBeGreaterThan(3)
    expect(bought).toBeGreaterThan(0)
    await expectAllTrue(faults.books(), sales.told)
  })
})
