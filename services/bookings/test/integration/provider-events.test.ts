import type { AuditItem, ProviderEvent } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ProblemBody, Reply } from '../support/api-client.ts'
import { expectDeclaredPaths } from '../support/books.ts'
import { checkNow } from '../support/integrity.ts'
import { metricOf } from '../support/metrics.ts'
import { bookingOf, type Order, pay, useShop } from '../support/paying.ts'
import { deliver, eventOf, paymentRow, signatureOf } from '../support/provider-events.ts'

type Events = { data: ProviderEvent[]; nextCursor: string | null }

describe.each(databases())("the provider's events that make no sense on $name", ({ create }) => {
  const shop = useShop(create, { settings: { INTEGRITY_EVERY_SECONDS: '3600' } })
  beforeAll(() => shop.provider.behave({ webhooksPaused: true }))
  const admin = () => shop.first.asUser('boss', ['admin'])
  const list = async (query = '') => (await admin().get<Events>(`/provider-events${query}`)).body
  const act = (id: string, what: 'replay' | 'dismissal', body?: object): Promise<Reply<ProviderEvent & ProblemBody>> =>
    admin().post(`/provider-events/${id}/${what}`, body)
  const auditOf = async (id: string) => (await admin().get<{ data: AuditItem[] }>(`/provider-events/${id}/audit`)).body.data
  const waiting = () => metricOf(shop.first, 'provider_events_parked')

  /** A success of an intent, delivered while its payment does not go by it. */
  async function parked(name: string): Promise<Order & { eventId: string; intentId: string; comeBack: () => Promise<number> }> {
    const order = await shop.order(name)
    await pay(order.client, order.booking.id, 'pm_card_threeDSecure2Required')
    const { id, intentId, amountMinor } = await paymentRow(shop.first, order)
    const move = (to: string) => shop.first.parts.db.run('UPDATE payments SET provider_id = :to WHERE id = :id', { to, id })
    await move(`away_${intentId}`)
    const eventId = `evt_${name}`
    const body = eventOf({ id: eventId, intentId, amountMinor })
    await deliver(shop.first, body, signatureOf(body))
    return { ...order, eventId, intentId, comeBack: () => move(intentId) }
  }

  test('a parked event — whose payment is there by now, replayed twice — is applied once, and written down', async () => {
    const order = await parked('ada')
    const before = await waiting()
    expect((await list()).data.find(({ id }) => id === order.eventId)).toEqual({
      id: order.eventId,
      type: 'payment_intent.succeeded',
      status: 'parked',
      note: 'no payment of ours has this intent',
      receivedAt: expect.stringMatching(/^20\d\d-/),
      paymentId: null,
      refundId: null,
      objectId: order.intentId,
      intentId: order.intentId,
    })
    await order.comeBack()
    expect(await act(order.eventId, 'replay')).toMatchObject({ status: 200, body: { status: 'applied', note: '' } })
    expect(await bookingOf(order)).toMatchObject({ status: 'confirmed', payments: [{ status: 'captured' }] })
    expect(await waiting()).toBe((before ?? 0) - 1)
    expect(await act(order.eventId, 'replay')).toMatchObject({ status: 409, body: { code: 'invalid_transition' } })
    expect(await auditOf(order.eventId)).toMatchObject([
      {
        actorId: 'usr_boss',
        action: 'provider_event.applied',
        subject: { type: 'provider_event', id: order.eventId },
        before: { status: 'parked' },
        after: { status: 'applied' },
      },
    ])
    await expectDeclaredPaths(shop.first, [order.booking.id, (await bookingOf(order)).payments[0]?.id ?? ''])
  })

  test('a parked event — that makes no sense still — is parked again and dismissed with a reason', async () => {
    const { eventId, ...order } = await parked('bea')
    const before = await waiting()
    expect(await act(eventId, 'replay')).toMatchObject({ status: 200, body: { status: 'parked' } })
    expect(await waiting()).toBe(before)
    expect(await act(eventId, 'dismissal', {})).toMatchObject({ status: 400 })
    expect(await act(eventId, 'dismissal', { reason: 'Of the shop next door.' })).toMatchObject({
      status: 200,
      body: { status: 'dismissed', note: 'no payment of ours has this intent' },
    })
    expect(await waiting()).toBe((before ?? 0) - 1)
    for (const what of ['replay', 'dismissal'] as const)
      expect(await act(eventId, what, what === 'dismissal' ? { reason: 'Again.' } : undefined)).toMatchObject({ status: 409 })
    expect((await auditOf(eventId)).map(({ action, after }) => [action, after])).toEqual([
      ['provider_event.dismissed', { status: 'dismissed', note: 'Of the shop next door.' }],
      ['provider_event.parked', { status: 'parked', note: 'no payment of ours has this intent' }],
    ])
    expect(await bookingOf({ ...order })).toMatchObject({ status: 'payment_processing' })
  })

  test('a slow delivery of an event — that another has parked and a person dismissed — does not park it again', async () => {
    const { eventId } = await parked('cid')
    expect(await act(eventId, 'dismissal', { reason: 'Of the shop next door.' })).toMatchObject({ status: 200 })
    const before = await waiting()
    const { providerEvents } = shop.first.parts
    const slow = { from: ['received'], state: 'parked', note: 'no payment of ours has this intent' } as const
    expect(await providerEvents.settle(eventId, slow)).toBe(0)
    expect(await providerEvents.find(eventId)).toMatchObject({ state: 'dismissed' })
    expect(await waiting()).toBe(before)
  })

  test('a delivery that finds a person’s dismissal at its end — of an event taken in twice at once — leaves it', async () => {
    const body = eventOf({ id: 'evt_raced', intentId: 'pi_of_nobody', amountMinor: 1 })
    const dismissed = Promise.withResolvers<void>()
    const slow = await shop.addReplica({
      replace: ({ payments }) => ({
        payments: Object.assign(Object.create(payments) as typeof payments, {
          async findByProviderId(id: string) {
            const found = await payments.findByProviderId(id)
            await dismissed.promise
            return found
          },
        }),
      }),
    })
    const late = deliver(slow, body, signatureOf(body))
    await waitFor(() => shop.first.parts.providerEvents.find('evt_raced'), { what: 'the slow delivery to begin' })
    expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    expect(await act('evt_raced', 'dismissal', { reason: 'Of the shop next door.' })).toMatchObject({ status: 200 })
    dismissed.resolve()
    expect(await late).toMatchObject({ status: 200 })
    expect(await shop.first.parts.providerEvents.find('evt_raced')).toMatchObject({ state: 'dismissed' })
  })

  test('an event that means nothing here — of a cardholder and his card — keeps nothing of them', async () => {
    const object = { id: 'pm_1', billing_details: { name: 'Ada Lovelace' }, client_secret: 'pi_1_secret_2' }
    const body = JSON.stringify({ id: 'evt_card', object: 'event', type: 'payment_method.attached', data: { object } })
    expect(await deliver(shop.first, body, signatureOf(body))).toMatchObject({ status: 200 })
    const type = 'payment_method.attached'
    expect(await shop.first.parts.providerEvents.find('evt_card')).toMatchObject({ type, state: 'ignored', payload: '{}' })
  })

  test('an event — left half taken in by an older version — is replayed, parked and off the books of what lies about', async () => {
    const body = '{"id":"evt_left","type":"payment_intent.succeeded","data":{}}'
    await shop.first.parts.db.run(
      `INSERT INTO provider_events (id, type, state, note, payload, received_at) VALUES ('evt_left', 'payment_intent.succeeded', 'received', '', :body, 1)`,
      { body },
    )
    expect((await checkNow(shop.first)).get('I9.convergence')).toMatchObject({
      violations: 1,
      sample: [expect.stringContaining('evt_left')],
    })
    expect((await list('?status=received')).data.map(({ id }) => id)).toEqual(['evt_left'])
    expect(await act('evt_left', 'replay')).toMatchObject({
      status: 200,
      body: { status: 'parked', note: 'it has not the form of its type' },
    })
    expect((await checkNow(shop.first)).get('I9.convergence')).toMatchObject({ status: 'ok' })
  })

  test('the list — page by page — has each parked event once, newest first, and shows no secret', async () => {
    const secret = 'pi_1_secret_2'
    for (let index = 0; index < 5; index += 1) {
      const object = { id: 'pi_1', client_secret: secret, payment_intent: secret, metadata: { paymentId: 'pay_1', refundId: 'x' } }
      const body = JSON.stringify({ id: `evt_page_${index}`, type: 'payment_intent.succeeded', data: { object } })
      await deliver(shop.first, body, signatureOf(body))
    }
    const all = (await list('?status=parked&limit=100')).data
    expect(
      all
        .slice(0, 5)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([0, 1, 2, 3, 4].map((index) => `evt_page_${index}`))
    expect(all[0]).toMatchObject({ paymentId: 'pay_1', refundId: null, objectId: 'pi_1', intentId: 'pi_1' })
    expect(JSON.stringify(all)).not.toContain('secret')
    const paged: string[] = []
    for (let cursor = ''; ; ) {
      const page = await list(`?limit=2${cursor && `&cursor=${cursor}`}`)
      paged.push(...page.data.map(({ id }) => id))
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    expect(paged).toEqual(all.map(({ id }) => id))
  })

  test('an event — that nobody has, or for an agent — is 404, and 403', async () => {
    expect(await act('evt_none', 'replay')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(await act('evt_none', 'dismissal', { reason: 'None.' })).toMatchObject({ status: 404 })
    const agent = shop.first.asUser('agent', ['agent'])
    expect((await agent.get('/provider-events')).status).toBe(403)
    expect((await agent.post('/provider-events/evt_none/replay')).status).toBe(403)
  })
})
