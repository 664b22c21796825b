import { databases, waitFor } from '@skyhold/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import type { PaymentProvider } from '../../src/clients/payment-provider.ts'
import type { Parts } from '../../src/services/parts.ts'
import { settle } from '../../src/services/pay-for-booking.ts'
import { recoverPayments } from '../../src/services/recover-payments.ts'
import { expectDeclaredPaths, makeDue } from '../support/books.ts'
import { LATE_REPLICAS } from '../support/late-money.ts'
import { bookingOf, type Order, pay, useShop, VISA } from '../support/paying.ts'

const DIES_AFTER_THE_CHARGE = 1
/** More than are looked up at a time. */
const CROWD = 150
const AT_ONCE = 8
const SILENT = new Error('the provider is silent')

describe.each(databases())('recovery of many payments on $name', ({ create }) => {
  const shop = useShop(create, { settings: { PAYMENT_TIMEOUT_MS: '3000', PIN_MAX_SECONDS: '60' }, replicas: LATE_REPLICAS.slice(0, 2) })

  /** A booking whose card is charged, which nobody here knows. */
  async function charged(name: string): Promise<Order> {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order(name)
    const dying = shop.replica(DIES_AFTER_THE_CHARGE)
    await pay(dying.asUser(name), order.booking.id, VISA)
    await waitFor(() => dying.parts.unfinished.size === 0, { what: 'the process to be through', timeoutMs: 15_000 })
    await makeDue(shop.first, order)
    return order
  }

  /** Payments due before all others, like this order's but for what is told; looked at often before, so that their next pause is a minute. */
  async function plant({ booking }: Order, count: number, change: { bookingId?: string } = {}): Promise<string[]> {
    const { db, payments } = shop.first.parts
    const [like] = await payments.listOfBooking(booking.id)
    if (!like) throw new Error(`booking ${booking.id} has no payment`)
    const ids = Array.from({ length: count }, (_, i) => `pay_planted_${String(i).padStart(4, '0')}`)
    await db.transaction(async (tx) => {
      for (const id of ids)
        await payments.insert({ ...like, ...change, id, chargeSlot: null, providerId: `pi_${id}`, nextCheckAtMs: -1, checks: 9 }, tx)
    })
    return ids
  }
  const uproot = () => shop.first.parts.db.run("DELETE FROM payments WHERE id LIKE 'pay_planted_%'")
  afterEach(uproot)

  /** A provider that has never heard of what is planted, and what it is asked. */
  function watched(answer: (intentId: string) => Promise<void>, parts: Parts = shop.first.parts): { parts: Parts; asked: string[] } {
    const asked: string[] = []
    const retrieve: PaymentProvider['retrieve'] = async (intentId) => {
      if (!intentId.startsWith('pi_pay_planted_')) return parts.provider.retrieve(intentId)
      asked.push(intentId.slice('pi_'.length))
      await answer(intentId)
      throw SILENT
    }
    return { parts: { ...parts, provider: { ...parts.provider, retrieve } }, asked }
  }

  test('one run — with more due than it looks up at a time — takes all of them, eight at a time', async () => {
    const order = await charged('ada')
    const planted = await plant(order, CROWD)
    let [now, most] = [0, 0]
    const full = Promise.withResolvers<void>()
    const { parts, asked } = watched(async () => {
      most = Math.max(most, (now += 1))
      if (now === AT_ONCE) full.resolve()
      // The first ones wait until as many are at work as may be: one after the other they would wait for ever.
      await full.promise
      now -= 1
    })
    expect(await recoverPayments(parts)).toBe(1)
    await uproot()
    expect(asked.toSorted()).toEqual(planted)
    expect(most).toBe(AT_ONCE)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
  })

  test('two replicas — that look up the same payments at once — ask for each of them once', async () => {
    const order = await charged('bea')
    const planted = await plant(order, CROWD)
    const both = [watched(async () => undefined), watched(async () => undefined, shop.replica(DIES_AFTER_THE_CHARGE).parts)]
    const settled = await Promise.all(both.map(({ parts }) => recoverPayments(parts)))
    await uproot()
    expect(settled.reduce((sum, each) => sum + each, 0)).toBe(1)
    expect(both.flatMap(({ asked }) => asked).toSorted()).toEqual(planted)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
  })

  test('payments — of which nothing can be written down — do not keep another waiting that is due after them', async () => {
    const order = await charged('cid')
    const planted = await plant(order, 3, { bookingId: 'bkg_gone' })
    const { parts, asked } = watched(async () => undefined)
    expect(await recoverPayments(parts)).toBe(1)
    await uproot()
    expect(asked.toSorted()).toEqual(planted)
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed' })
  })

  test('a run — whose provider is silent for so long each time — takes up no more after half a minute, and the next one goes on with the others', async () => {
    const order = await charged('dot')
    const planted = await plant(order, 3 * AT_ONCE)
    const { db } = shop.first.parts
    let [lateMs, begun] = [0, 0]
    const full = Promise.withResolvers<void>()
    const { parts, asked } = watched(async () => {
      if ((begun += 1) === AT_ONCE) full.resolve()
      // However slow the database is, no time goes by before as many are at work as may be.
      await full.promise
      lateMs += 10_000
    })
    const slow: Parts = { ...parts, db: withClock(db, async (tx) => (await db.now(tx)) + lateMs) }
    expect(await recoverPayments(slow)).toBe(0)
    const first = new Set(asked)
    expect(first.size).toBeGreaterThanOrEqual(AT_ONCE)
    expect(first.size).toBeLessThan(planted.length)
    await recoverPayments(slow)
    expect(asked.slice(first.size).filter((id) => first.has(id))).toEqual([])
    expect(asked.length).toBeGreaterThan(first.size)
    await uproot()
    expect(await recoverPayments(shop.first.parts)).toBe(1)
  })

  test('a payment — that ended, and another began, while the provider was asked for it — brings the booking no attention', async () => {
    await shop.provider.behave({ webhooksPaused: true })
    const order = await shop.order('eva')
    const begun = await pay(order.client, order.booking.id, 'pm_card_threeDSecure2Required')
    expect(begun.body).toMatchObject({ status: 'requires_action' })
    await makeDue(shop.first, order, 61)
    const { parts } = shop.first
    const result = { kind: 'declined' as const, declineCode: 'authentication_failed' }
    const retrieve = async (): Promise<never> => {
      await settle({ paymentId: begun.body.id, result, actor: 'test', requestId: '' }, parts)
      expect((await pay(order.client, order.booking.id, 'pm_card_threeDSecure2Required')).body).toMatchObject({ status: 'requires_action' })
      throw SILENT
    }
    await recoverPayments({ ...parts, provider: { ...parts.provider, retrieve } })
    const after = await bookingOf(order)
    expect(after).toMatchObject({ status: 'payment_processing', payments: [{ status: 'failed' }, { status: 'requires_action' }] })
    await expectDeclaredPaths(shop.first, [order.booking.id, ...after.payments.map(({ id }) => id)])
  })
})

/** The same database by another clock. */
const withClock = (db: Parts['db'], now: Parts['db']['now']): Parts['db'] =>
  new Proxy(db, {
    get(target, name) {
      if (name === 'now') return now
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
