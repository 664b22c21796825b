import type { Dispute } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { notesAbout } from '../support/books.ts'
import { metricOf } from '../support/metrics.ts'
import { bookingOf, type Order, payNow, useShop } from '../support/paying.ts'
import { deliver, paymentRow, signatureOf } from '../support/provider-events.ts'

interface Page {
  data: Dispute[]
  nextCursor: string | null
}

describe.each(databases())('disputes on $name', ({ create }) => {
  const shop = useShop(create)

  const list = async (query = ''): Promise<Page> => (await shop.first.asUser('agent', ['agent']).get<Page>(`/disputes${query}`)).body
  const disputeOf = async (paymentId: string) => (await list('?limit=100')).data.find((each) => each.paymentId === paymentId)

  async function disputed(name: string): Promise<Order & { paymentId: string; disputeId: string }> {
    const order = await shop.order(name)
    const { id: paymentId } = await payNow(order)
    const { intentId } = await paymentRow(shop.first, order)
    const { id: disputeId } = await shop.provider.dispute(intentId, 'product_not_received')
    return { ...order, paymentId, disputeId }
  }

  test('a cardholder — who complains at his bank — is listed for the staff, noted with the payment, and nothing is cancelled', async () => {
    const order = await disputed('ada')
    await waitFor(() => disputeOf(order.paymentId), { what: 'the webhook', timeoutMs: 15_000 })
    expect(await disputeOf(order.paymentId)).toMatchObject({
      bookingId: order.booking.id,
      status: 'needs_response',
      reason: 'product_not_received',
      amount: order.booking.total,
      respondBy: expect.stringMatching(/^20\d\d-/),
    })
    expect(await metricOf(shop.first, 'disputes_total', { status: 'needs_response' })).toBeGreaterThan(0)
    expect((await notesAbout(shop.first, order.paymentId)).join()).toContain('needs_response')
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'captured' }] })

    await shop.provider.decideDispute(order.disputeId, 'lost')
    await waitFor(async () => (await disputeOf(order.paymentId))?.status === 'lost', { what: 'the verdict', timeoutMs: 15_000 })
  })

  /** One word of the provider about the dispute of a payment. */
  const newsOf =
    (intentId: string) =>
    (type: string, status: string, created: number): string =>
      JSON.stringify({
        id: `evt_${type}-${status}-${intentId}`,
        object: 'event',
        type: `charge.dispute.${type}`,
        created,
        data: {
          object: {
            id: `du_${intentId}`,
            object: 'dispute',
            amount: 100,
            currency: 'eur',
            payment_intent: intentId,
            reason: 'fraudulent',
            status,
          },
        },
      })

  test('two words of a dispute in one second — leave the one that came later, and none undoes an end', async () => {
    const order = await shop.order('gus')
    const { id: paymentId } = await payNow(order)
    const news = newsOf((await paymentRow(shop.first, order)).intentId)
    const at = 1_700_000_000
    const tell = async (body: string) => expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    await tell(news('updated', 'needs_response', at))
    await tell(news('updated', 'under_review', at))
    expect(await disputeOf(paymentId)).toMatchObject({ status: 'under_review' })
    await tell(news('closed', 'lost', at + 1))
    await tell(news('closed', 'under_review', at + 1))
    expect(await disputeOf(paymentId)).toMatchObject({ status: 'lost' })
  })

  test('the money of a dispute — withdrawn and given back — is noted with it', async () => {
    const order = await shop.order('hal')
    const { id: paymentId } = await payNow(order)
    const news = newsOf((await paymentRow(shop.first, order)).intentId)
    const at = 1_700_000_000
    const tell = async (body: string) => expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    await tell(news('created', 'needs_response', at))
    const alarms = await metricOf(shop.first, 'disputes_total', { status: 'needs_response' })
    await tell(news('funds_withdrawn', 'needs_response', at))
    expect(await metricOf(shop.first, 'disputes_total', { status: 'needs_response' })).toBe(alarms)
    await tell(news('closed', 'won', at + 5))
    await tell(news('funds_reinstated', 'won', at + 5))
    const notes = await notesAbout(shop.first, paymentId)
    expect(notes.map((note) => note.replace(/dispute dsp_\w+: /, ''))).toEqual([
      'needs_response, fraudulent',
      'the money was withdrawn, needs_response, fraudulent',
      'won, fraudulent',
      'the money was given back to us, won, fraudulent',
    ])
    expect(await disputeOf(paymentId)).toMatchObject({ status: 'won' })
  })

  test('news of a dispute — in the wrong order, and twice — leave the latest', async () => {
    const order = await shop.order('bea')
    const { id: paymentId } = await payNow(order)
    const { intentId } = await paymentRow(shop.first, order)
    const news = newsOf(intentId)
    const at = 1_700_000_000
    for (const body of [
      news('closed', 'won', at + 9),
      news('updated', 'under_review', at + 5),
      news('created', 'needs_response', at),
      news('closed', 'won', at + 9),
    ])
      expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    expect(await disputeOf(paymentId)).toMatchObject({ status: 'won' })
    expect((await list('?limit=100')).data.filter((each) => each.paymentId === paymentId)).toHaveLength(1)
  })

  test('the list — comes in pages, newest first, and is the staff’s alone', async () => {
    for (const name of ['cid', 'dot', 'eva']) {
      const { paymentId } = await disputed(name)
      await waitFor(() => disputeOf(paymentId), { what: 'the webhook', timeoutMs: 15_000 })
    }
    const all = (await list('?limit=100')).data.map(({ id }) => id)
    const paged: string[] = []
    for (let query = '?limit=1'; query; ) {
      const { data, nextCursor } = await list(query)
      paged.push(...data.map(({ id }) => id))
      query = nextCursor === null ? '' : `?limit=1&cursor=${nextCursor}`
    }
    expect(paged).toEqual(all)
    expect(paged).toEqual(paged.toSorted().toReversed())
    expect(await shop.first.asUser('fay').get('/disputes')).toMatchObject({ status: 403 })
    expect(await shop.first.asNobody().get('/disputes')).toMatchObject({ status: 401 })
  })
})
