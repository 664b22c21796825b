import { randomUUID } from 'node:crypto'
import { startStack, type Stack } from '@skyhold/stack'
import { sized, tempDir, waitFor } from '@skyhold/testkit'
import type { Booking, Payment } from '@skyhold/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { confirmations, purchaseSuite, type Running } from './support/purchase-suite.ts'
import { chargesOf, expectStatus, mailsTo, Traveller } from './support/traveller.ts'

/** Short enough for a test, in the proportions of the defaults. */
const SETTINGS = {
  RATE_LIMIT_PER_MINUTE: '0',
  PAYMENT_ANSWER_MS: '1500',
  PAYMENT_TIMEOUT_MS: '5000',
  RECOVERY_EVERY_SECONDS: '1',
  SIM_SLOW_MS: '3000',
  // Of vitest.config.ts: a stack hands on nothing that it is not told.
  SALES_HORIZON_DAYS: process.env.SALES_HORIZON_DAYS,
  LOG_LEVEL: 'warn',
}

/** `npm run stack`: every service its own process over MariaDB and RabbitMQ, two replicas of bookings. */
describe('stack', () => {
  let stack: Stack
  let running: Running

  beforeAll(async () => {
    stack = await startStack({ folder: tempDir('stack'), replicas: { bookings: 2 }, env: SETTINGS })
    running = { baseUrl: stack.baseUrl, mailboxUrl: stack.places['mailbox-1'] ?? '', simulatorUrl: stack.places['simulator-1'] ?? '' }
  }, 240_000)

  afterAll(() => stack?.stop(), 60_000)

  purchaseSuite(() => running)

  test('both bookings processes are killed while a card is charged: recovery confirms it once', async () => {
    const ada = await Traveller.registered(running.baseUrl)
    const booking = await ada.bookSeats()
    const key = randomUUID()
    const cut = ada.pay(booking, 'pm_sim_slow', key).catch(() => null)
    await waitFor(async () => (await ada.read(booking)).status === 'payment_processing', { what: 'the payment to be at work' })
    await Promise.all([stack.kill('bookings', { replica: 1 }), stack.kill('bookings', { replica: 2 })])
    await cut
    await stack.untilReady()
    const settled = await waitFor(
      async () => {
        const { status } = await ada.read(booking)
        return status === 'payment_processing' ? null : status
      },
      { timeoutMs: 60_000, what: 'recovery to learn the outcome' },
    )
    const again = await ada.insist<Payment>('POST', `/bookings/${booking.id}/payments`, { paymentMethod: 'pm_sim_slow' }, key)
    const charges = await chargesOf(running.simulatorUrl, booking.id)
    expect([settled, again.status, charges.length]).toEqual(charges.length ? ['confirmed', 201, 1] : ['awaiting_payment', 402, 0])
  }, 180_000)

  test.each(['gateway', 'identity', 'flights', 'bookings', 'notifications'] as const)(
    '%s is killed while people buy: nothing that was acknowledged is lost',
    async (service) => {
      const ada = await Traveller.registered(running.baseUrl)
      const bookings: Booking[] = []
      for (let i = 0; i < 3; i += 1) bookings.push(await ada.bookSeats())
      const keys = bookings.map(() => randomUUID())
      const paying = bookings.map((booking, i) =>
        ada.insist<Payment>('POST', `/bookings/${booking.id}/payments`, { paymentMethod: 'pm_card_visa' }, keys[i] ?? ''),
      )
      await stack.kill(service)
      const paid = await Promise.all(paying)
      await stack.untilReady()

      for (const [i, booking] of bookings.entries()) {
        const confirmed = await waitFor(
          async () => {
            const found = await ada.read(booking)
            return found.status === 'payment_processing' ? null : found
          },
          { timeoutMs: 60_000, what: 'the payment to be settled' },
        )
        const charges = await chargesOf(running.simulatorUrl, booking.id)
        expect([paid[i]?.status === 402, confirmed.status, charges.length]).toEqual(
          charges.length ? [false, 'confirmed', 1] : [true, 'awaiting_payment', 0],
        )
        if (!charges.length) await expectStatus(ada.pay(booking, 'pm_card_visa'), 201)
        const mails = await waitFor(async () => confirmations(await mailsTo(running.mailboxUrl, ada.email), booking), {
          timeoutMs: 60_000,
          what: 'the confirmation e-mail',
        })
        expect(mails).toHaveLength(1)
      }
    },
    240_000,
  )

  test('RabbitMQ is away: sales go on, and every e-mail arrives once it is back', async () => {
    const ada = await Traveller.registered(running.baseUrl)
    await stack.stopBroker()
    const bookings: Booking[] = []
    const untilMs = Date.now() + sized({ quick: 10_000, full: 30_000 })
    while (Date.now() < untilMs) {
      const booking = await ada.bookSeats()
      await expectStatus(ada.pay(booking, 'pm_card_visa'), 201)
      bookings.push(booking)
    }
    expect((await mailsTo(running.mailboxUrl, ada.email)).filter(({ subject }) => subject.includes('confirmed'))).toHaveLength(0)
    await stack.startBroker()
    for (const booking of bookings) {
      const mails = await waitFor(async () => confirmations(await mailsTo(running.mailboxUrl, ada.email), booking), {
        timeoutMs: 90_000,
        what: 'the e-mail that waited for the broker',
      })
      expect(mails).toHaveLength(1)
    }
  }, 240_000)
})
