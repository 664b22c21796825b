import { CommitUnknown, type Database } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Parts } from '../../src/services/parts.ts'
import { claimStates, eventsAbout, expectDeclaredPaths } from '../support/books.ts'
import { bookingOf, pay, payNow, useShop, VISA } from '../support/paying.ts'

const LOST = new CommitUnknown('The connection was lost while COMMIT was on its way.')

/** Loses the answer to the COMMIT of the next transaction that issues tickets, whether the server has it or not. */
function loseNextSale({ db, tickets }: Parts, { isCommitted }: { isCommitted: boolean }): void {
  let isLost = false
  let issues = false
  const insert = tickets.insert.bind(tickets)
  vi.spyOn(tickets, 'insert').mockImplementation(async (...args) => {
    await insert(...args)
    issues = !isLost
    if (isLost || isCommitted) return
    isLost = true
    throw LOST
  })
  const transaction = db.transaction.bind(db)
  const losing: Database['transaction'] = async (work, options) => {
    const result = await transaction(work, options)
    if (!issues || isLost) return result
    isLost = true
    throw LOST
  }
  vi.spyOn(db, 'transaction').mockImplementation(losing)
}

describe.each(databases())('payments on $name whose commit has no answer', ({ create }) => {
  const shop = useShop(create, { settings: { PAYMENT_ANSWER_MS: '10000' } })
  afterEach(() => vi.restoreAllMocks())

  test.each([
    { was: 'made', isCommitted: true },
    { was: 'not made', isCommitted: false },
  ])(
    'the sale — whose commit was $was, which nobody knows — is looked for again: 201, one charge, one set of tickets',
    async ({ isCommitted }) => {
      const order = await shop.order('ada', { seats: ['1A', '1B'] })
      loseNextSale(shop.first.parts, { isCommitted })
      expect(await pay(order.client, order.booking.id, VISA)).toMatchObject({ status: 201, body: { status: 'captured' } })
      const sold = await bookingOf(order)
      expect(sold.passengers.flatMap(({ tickets }) => tickets)).toHaveLength(2)
      expect(await claimStates(shop.first, order)).toEqual(['sold', 'sold'])
      expect(await shop.provider.chargesOf(order.booking.id)).toMatchObject([{ refundedMinor: 0 }])
      expect(await eventsAbout(shop.first, [order.booking.id])).toEqual(['booking.created', 'booking.confirmed'])
      await expectDeclaredPaths(shop.first, [order.booking.id, order.booking.holdId])
    },
  )

  test('a repeat — none of whose transactions gets an answer — hears in the end what is kept under its key', async () => {
    const order = await shop.order('bea')
    await payNow(order)
    const kept = await pay(order.client, order.booking.id, VISA, { key: 'one-more' })
    expect(kept).toMatchObject({ status: 409, body: { code: 'already_paid' } })
    vi.spyOn(shop.first.parts.db, 'transaction').mockRejectedValue(LOST)
    const [again, another] = await Promise.all(['one-more', 'a-third'].map((key) => pay(order.client, order.booking.id, VISA, { key })))
    expect(again?.body).toEqual(kept.body)
    expect(another).toMatchObject({ status: 409, body: { code: 'payment_in_progress' } })
    expect(await shop.provider.chargesOf(order.booking.id)).toHaveLength(1)
  })
})
