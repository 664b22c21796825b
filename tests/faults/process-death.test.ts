import { randomUUID } from 'node:crypto'
import type { Booking, Cancellation, Hold, Payment } from '@skyhold/contracts'
import type { Stack } from '@skyhold/stack'
import { passing, sized, waitFor } from '@skyhold/testkit'
import { describe, expect, test, vi } from 'vitest'
import { expectStatus, holdBody, mailsTo } from '../e2e/support/traveller.ts'
import { type CheckpointName, sharedServers, useFaultStack } from './support/fault-stack.ts'
import { expectAllTrue } from './support/judge.ts'
import { VISA } from './support/sales.ts'

vi.setConfig({ testTimeout: 400_000 })

const REPLICAS = ['bookings-1', 'bookings-2']

describe('the death of a process', () => {
  const faults = useFaultStack(sharedServers)

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

  test.each<{ at: CheckpointName; why: string; becomes: string; charges: number }>([
    {
      at: 'payment.intent_kept',
      why: 'has given the try up, and the charge that comes late is refused',
      becomes: 'awaiting_payment',
      charges: 0,
    },
    { at: 'payment.charged', why: 'has confirmed it, and the outcome that comes late changes nothing', becomes: 'confirmed', charges: 1 },
  ])('bookings — hanging at $at for longer than recovery waits — $why', async ({ at, becomes, charges }) => {
    const sales = faults.sales()
    const books = faults.books()
    const order = await sales.order()
    const key = randomUUID()
    const struck = faults.strike(REPLICAS, { at, signal: 'SIGSTOP' })
    const cut = order.traveller.pay(order.booking, VISA, key).catch((error: unknown) => error)
    const id = await struck
    await waitFor(async () => (await books.statusOf(order.booking.id)) === becomes, {
      timeoutMs: 60_000,
      what: 'the other replica to settle the payment',
    })
    await faults.stack.kill('bookings', { replica: Number(id.at(-1)), signal: 'SIGCONT' })
    await cut
    expect((await sales.pay(order, VISA, key)).status).toBe(charges ? 201 : 402)
    await faults.stack.untilReady()
    expect([await books.statusOf(order.booking.id), await books.chargesOf(order.booking.id)]).toEqual([becomes, charges])
    await expectAllTrue(books, sales.told)
  })

  test('bookings — killed when the provider has given the money back and before that is written down — gives it back once', async () => {
    const sales = faults.sales()
    const books = faults.books()
    const order = await sales.order()
    const { traveller, booking } = order
    await sales.payUntilConfirmed(order)
    const quote = await expectStatus(traveller.insist<Cancellation>('POST', `/bookings/${booking.id}/cancellations`, {}, randomUUID()), 201)
    const struck = faults.strike(REPLICAS, { at: 'refund.sent' })
    const confirmed = await traveller.insist<Booking>('POST', `/cancellations/${quote.body.id}/confirmation`, {}, randomUUID())
    expect(confirmed.status).toBeLessThan(300)
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
    const order = await sales.order()
    const struck = faults.strike(REPLICAS, { at: 'outbox.confirmed' })
    await sales.pay(order)
    await struck
    await faults.stack.untilReady()
    await expectAllTrue(faults.books(), sales.told)
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

  test('bookings — told to end under load, first one replica and then the other — nobody sees an error but 503', async () => {
    const sales = faults.sales()
    const orders = await Promise.all(Array.from({ length: 12 }, () => sales.order()))
    const seen: number[] = []
    const ended = new AbortController()
    const reading = orders.map(async ({ traveller, booking }) => {
      while (!ended.signal.aborted) seen.push((await traveller.call('GET', `/bookings/${booking.id}`)).status)
    })
    const paying = orders.map((order) =>
      order.traveller.insist<Payment>('POST', `/bookings/${order.booking.id}/payments`, { paymentMethod: VISA }, randomUUID()),
    )
    for (const replica of [1, 2]) {
      await faults.stack.stopProcess('bookings', replica)
      faults.stack.startProcess('bookings', replica)
      await faults.stack.untilReady('bookings', replica)
    }
    const replies = await Promise.all(paying)
    ended.abort()
    await Promise.all(reading)
    expect(replies.map(({ status }) => status).filter((status) => ![201, 202].includes(status))).toEqual([])
    expect(seen.filter((status) => ![200, 503].includes(status))).toEqual([])
    await expectAllTrue(faults.books(), sales.told)
  })

  test('any process — killed at random every three seconds while people buy — loses nothing that was acknowledged', async () => {
    const sales = faults.sales()
    const victims: readonly { name: Parameters<Stack['kill']>[0]; replica: number }[] = [
      { name: 'gateway', replica: 1 },
      { name: 'identity', replica: 1 },
      { name: 'flights', replica: 1 },
      { name: 'bookings', replica: 1 },
      { name: 'bookings', replica: 2 },
      { name: 'notifications', replica: 1 },
    ]
    let kills = 0
    const bought = await sales.during(await sales.people(4), async () => {
      const untilMs = performance.now() + sized({ quick: 20_000, full: 120_000 })
      while (performance.now() < untilMs) {
        const victim = victims[Math.floor(Math.random() * victims.length)]
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
