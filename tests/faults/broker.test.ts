import { isDeepStrictEqual } from 'node:util'
import { type EventEnvelope, EXCHANGE, type IntegrityEntry, type IntegrityReport, QUEUES } from '@skyhold/contracts'
import { createServiceTokens } from '@skyhold/platform'
import { FaultProxy, passing, sized, waitFor } from '@skyhold/testkit'
import { describe, expect, test, vi } from 'vitest'
import type { Books } from './support/books.ts'
import { sharedServers, useFaultStack } from './support/fault-stack.ts'
import { expectAllTrue } from './support/judge.ts'
import { RabbitApi } from './support/rabbit-api.ts'

vi.setConfig({ testTimeout: 300_000 })

const SERVICE_TOKEN_SECRET = 'a secret of the tests of the broker: between us'

/** Every process reaches the broker through one proxy. */
describe('a broker in trouble', () => {
  let proxy: FaultProxy
  let api: RabbitApi
  const faults = useFaultStack(async () => {
    const { brokerUrl, ...servers } = await sharedServers()
    api = RabbitApi.ofRun(brokerUrl)
    const through = await FaultProxy.before(brokerUrl ?? '')
    proxy = through.proxy
    return { ...servers, brokerUrl: through.url, afterwards: () => proxy.close(), env: { SERVICE_TOKEN_SECRET } }
  })

  test('it is down while people buy — sales go on, and every e-mail comes once when it is back', async () => {
    const sales = faults.sales()
    const bought = await sales.during(await sales.people(3), async () => {
      await proxy.refuse()
      await passing(sized({ quick: 10_000, full: 60_000 }))
      await proxy.accept()
    })
    expect(bought).toBeGreaterThan(0)
    await faults.stack.untilReady()
    await expectAllTrue(faults.books(), sales.told)
  })

  test('its connections are half-open — nothing is said and nothing is closed — sales go on, and every e-mail comes once', async () => {
    const sales = faults.sales()
    const bought = await sales.during(await sales.people(3), async () => {
      proxy.set({ blackhole: true })
      await passing(sized({ quick: 12_000, full: 60_000 }))
      proxy.set()
    })
    expect(bought).toBeGreaterThan(0)
    await faults.stack.untilReady()
    await expectAllTrue(faults.books(), sales.told)
  })

  test('every message comes three times, the copies shuffled and late — each has its effect once, and no copy of a flight goes back', async () => {
    const sales = faults.sales()
    const tap = 'faults.tap'
    await api.tap(tap, EXCHANGE)
    await sales.during(await sales.people(3), () => passing(sized({ quick: 5_000, full: 20_000 })))
    await expectAllTrue(faults.books(), sales.told)
    const said = await api.takeAll(tap)
    expect(said.length).toBeGreaterThan(10)
    const eventIds = said.map(({ payload }) => (JSON.parse(payload) as EventEnvelope).eventId)
    const mailsOfThem = () =>
      faults
        .books()
        .query('notifications', 'SELECT event_id, template FROM deliveries WHERE event_id IN (:eventIds) ORDER BY id', { eventIds })
    const mails = await mailsOfThem()
    expect(mails.length).toBeGreaterThan(0)
    const again = [...said, ...said].map((message) => ({ message, order: Math.random() })).sort((a, b) => a.order - b.order)
    for (const { message } of again)
      for (const { name, events } of Object.values(QUEUES))
        if (events.some((type) => type === message.routing_key)) await api.publish(name, message)
    // The broker counts its messages every five seconds.
    await passing(6_000)
    await waitFor(async () => (await api.waiting(Object.values(QUEUES).map(({ name }) => name))) === 0, {
      timeoutMs: 60_000,
      what: 'the copies to be consumed',
    })
    await expectAllTrue(faults.books(), sales.told)
    expect(await mailsOfThem()).toEqual(mails)
    // Flights depart meanwhile, so the copies are compared with what they are copies of.
    const copies = () => faults.books().query('bookings', 'SELECT id, sequence FROM flights ORDER BY id')
    const flights = () => faults.books().query('flights', 'SELECT id, version AS sequence FROM flights ORDER BY id')
    await waitFor(async () => isDeepStrictEqual(await copies(), await flights()), {
      what: 'every copy of a flight to be that of the flight',
    })
    await api.remove(tap)
  })

  test('poison — no JSON, no event, half an event — ends among the dead letters, and sales and e-mails go on', async () => {
    const sales = faults.sales()
    const poison = ['no json', '{}', '{"eventId":"evt_x","data":null}', '[]', '\u0000']
    const queue = QUEUES.notificationsMail.name
    await sales.during(await sales.people(2), async () => {
      for (const payload of poison) await api.publish(queue, { payload, routing_key: queue, properties: { delivery_mode: 2 } })
      await passing(3_000)
    })
    await waitFor(
      async () => {
        const letters = await faults
          .books()
          .query<{ payload: string }>('notifications', 'SELECT payload FROM dead_letters WHERE queue = :queue', { queue })
        expect(letters).toHaveLength(poison.length)
        return true
      },
      { timeoutMs: 30_000, what: 'the poison to be put away' },
    )
    // As if a person had looked at them: what lies there unread is what the services find wrong.
    await faults.books().open(['notifications'], async ({ notifications }) => {
      await notifications?.run(`UPDATE dead_letters SET status = 'dismissed' WHERE queue = :queue`, { queue })
    })
    await expectAllTrue(faults.books(), sales.told)
  })

  test('a consumer — that is away while people buy — finds every message when it comes', async () => {
    const sales = faults.sales()
    await faults.stack.stopProcess('notifications')
    await sales.during(await sales.people(3), () => passing(5_000))
    faults.stack.startProcess('notifications')
    await faults.stack.untilReady()
    await expectAllTrue(faults.books(), sales.told)
  })

  test('a queue — that somebody empties — is missed by the integrity checks, which name its events; published once more they are applied', async () => {
    const sales = faults.sales()
    const books = faults.books()
    await faults.stack.stopProcess('notifications')
    const order = await sales.order()
    await sales.pay(order)
    expect(await sales.settled(order)).toMatchObject({ status: 'confirmed' })
    await waitFor(async () => (await waitingIn(books)) === 0, { what: 'the broker to have every event' })
    await api.purge(QUEUES.notificationsMail.name)
    faults.stack.startProcess('notifications')
    await faults.stack.untilReady()
    await anHourLater(books)

    const found = await arrivalsOf(faults.placeOf('notifications-1'))
    expect(found.status).toBe('violated')
    expect(found.sample.join()).toContain(`booking.confirmed of ${order.booking.id}, by bookings`)
    await publishAgain(
      books,
      found.sample.flatMap((line) => line.match(/evt_\w+/) ?? []),
    )
    // Its own look at the arrivals included.
    await expectAllTrue(books, sales.told)
  })
})

const PRODUCERS = ['bookings', 'identity']

async function waitingIn(books: Books): Promise<number> {
  const rows = await Promise.all(PRODUCERS.map((producer) => books.query(producer, `SELECT id FROM outbox WHERE state = 'pending'`)))
  return rows.flat().length
}

/** As if all that was said had been said an hour ago: by then it is late. An event has the time of its change. */
const anHourLater = (books: Books): Promise<void> =>
  books.open(PRODUCERS, async (databases) => {
    for (const db of Object.values(databases)) {
      await db.run('UPDATE outbox SET occurred_at = occurred_at - 3600000, published_at = published_at - 3600000')
      await db.run('UPDATE audit SET at = at - 3600000')
    }
  })

/** What the runbook says to do. */
const publishAgain = (books: Books, eventIds: readonly string[]): Promise<void> =>
  books.open(PRODUCERS, async (databases) => {
    for (const db of Object.values(databases))
      await db.run(`UPDATE outbox SET state = 'pending', locked_until = 0 WHERE event_id IN (:eventIds)`, { eventIds })
  })

async function arrivalsOf(url: string): Promise<IntegrityEntry> {
  const headers = { authorization: `Bearer ${await createServiceTokens(SERVICE_TOKEN_SECRET, 'gateway').sign('notifications')}` }
  const answer = await fetch(`${url}/internal/integrity/runs`, { method: 'POST', headers })
  const found = ((await answer.json()) as IntegrityReport).checks.find(({ name }) => name === 'I6.arrivals')
  if (!found) throw new Error('notifications does not look for what has not come')
  return found
}
