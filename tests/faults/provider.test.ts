import { passing, sized, waitFor } from '@skyhold/testkit'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { sharedServers, useFaultStack } from './support/fault-stack.ts'
import { expectAllTrue } from './support/judge.ts'

vi.setConfig({ testTimeout: 240_000 })

/** What single cases do to a payment is tested on bookings alone (docs/testing.md); here the provider breaks for everybody at once, as seen by buyers. */
describe('a provider in trouble while people buy', () => {
  const faults = useFaultStack(sharedServers)
  afterEach(() => faults.behaveAgain())

  test.each(['unavailable', 'reset', 'html'])(
    'every second call — is %s — and each payment has an outcome that both sides agree on',
    async (failAs) => {
      const sales = faults.sales()
      const before = await faults.met()
      await sales.during(await sales.people(4), async () => {
        await faults.control({ failRate: 0.5, failAs })
        await passing(sized({ quick: 5_000, full: 30_000 }))
        await waitFor(async () => (await faults.met()).failed > before.failed, { timeoutMs: 30_000, what: 'a payment to fail' })
        await faults.behaveAgain()
      })
      expect(sales.told.bookings.length).toBeGreaterThan(3)
      await expectAllTrue(faults.books(), sales.told)
    },
  )

  test('it answers later than anybody waits — 202 first, and then one charge or none', async () => {
    const sales = faults.sales()
    const orders = await Promise.all(Array.from({ length: 8 }, () => sales.order()))
    await faults.control({ latencyMs: sized({ quick: 3_000, full: 25_000 }) })
    const replies = await Promise.all(orders.map((order) => sales.pay(order)))
    expect(replies.map(({ status }) => status)).toEqual(orders.map(() => 202))
    await faults.behaveAgain()
    for (const order of orders) expect(['confirmed', 'awaiting_payment']).toContain((await sales.settled(order)).status)
    await expectAllTrue(faults.books(), sales.told)
  })

  test('it is away for a while — people are told to wait, nobody is charged twice, and all is settled when it is back', async () => {
    const sales = faults.sales()
    const before = await faults.met()
    await sales.during(await sales.people(4), async () => {
      await passing(1_000)
      await faults.control({ down: true })
      await passing(sized({ quick: 8_000, full: 60_000 }))
      await waitFor(async () => (await faults.met()).cut > before.cut, { timeoutMs: 30_000, what: 'a payment to be cut off' })
      await faults.behaveAgain()
    })
    await expectAllTrue(faults.books(), sales.told)
  })

  test('its webhooks — late, shuffled and fifty times each — change nothing that the answers have settled', async () => {
    const sales = faults.sales()
    const methods = [
      'pm_card_visa',
      'pm_sim_webhook_first',
      'pm_sim_charge_then_drop',
      'pm_sim_error_stored',
      'pm_sim_slow',
      'pm_card_visa_chargeDeclined',
    ]
    const before = await faults.met()
    await faults.control({ duplicateWebhooks: 50, webhookDelayMs: 500, webhookShuffleMs: 3_000 })
    await Promise.all(methods.flatMap((method) => [1, 2, 3].map(async () => sales.pay(await sales.order(), method))))
    for (const order of sales.told.bookings) await sales.settled(order)
    await faults.behaveAgain()
    await waitFor(async () => (await faults.met()).webhooksWaiting === 0, { timeoutMs: 60_000, what: 'every webhook to be taken' })
    // One of each payment that reached the provider at the least: on a busy machine a few are given up before.
    const bookings = new Set(sales.told.bookings.map(({ booking }) => booking.id))
    const charged = (await faults.books().ledger()).filter(({ metadata }) => bookings.has(metadata.bookingId))
    const reached = charged.length + sales.told.declined.length
    expect(reached).toBeGreaterThan(bookings.size / 2)
    expect((await faults.met()).webhooksTaken - before.webhooksTaken).toBeGreaterThanOrEqual(50 * reached)
    await expectAllTrue(faults.books(), sales.told)
  })

  test('killed and started again while it charges — its books and ours agree', async () => {
    const sales = faults.sales()
    const underWay = () => faults.books().query('bookings', `SELECT id FROM payments WHERE status IN ('processing', 'unknown')`)
    await sales.during(await sales.people(4), async () => {
      for (let i = 0; i < sized({ quick: 3, full: 12 }); i += 1) {
        // So that whatever is under way is with the provider. A new process has forgotten it.
        await faults.control({ latencyMs: 500 })
        await waitFor(async () => (await underWay()).length > 0, { timeoutMs: 30_000, what: 'a payment' })
        await faults.stack.kill('simulator')
        expect(await underWay(), 'payments that were cut off').not.toEqual([])
        await faults.stack.untilReady('simulator')
      }
    })
    await expectAllTrue(faults.books(), sales.told)
  })
})
