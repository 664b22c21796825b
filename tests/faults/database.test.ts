import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { Booking } from '@skyhold/contracts'
import { createLogger, type Database, openDatabase, type Transaction } from '@skyhold/platform'
import { type Servers, startServers } from '@skyhold/stack/servers'
import { FaultProxy, passing, sized, tempDir, waitFor } from '@skyhold/testkit'
import { describe, expect, test, vi } from 'vitest'
import { expectStatus, holdBody } from '../e2e/support/traveller.ts'
import { useFaultStack } from './support/fault-stack.ts'
import { expectAllTrue } from './support/judge.ts'
import { type Order, VISA } from './support/sales.ts'

vi.setConfig({ testTimeout: 240_000 })

/** What a caller may be told of a database in trouble, and what he may be told of seats. */
const HONEST = [200, 201, 202, 402, 409, 422, 429, 503]

/** A database server of this file's own, because it is restarted and closed to writers; bookings reach it through proxies that can cut. */
describe('a database in trouble', () => {
  let servers: Servers
  let administrator: Database
  const proxies: FaultProxy[] = []
  const dir = tempDir('fault-servers')
  const faults = useFaultStack(async () => {
    servers = await startServers({ dir, management: false })
    const { mariadbUrl, amqpUrl } = servers
    if (!mariadbUrl || !amqpUrl) throw new Error('MariaDB and RabbitMQ were started.')
    administrator = openDatabase({
      url: `${mariadbUrl.replace(/\/$/, '')}/mysql`,
      logger: createLogger({ service: 'faults', level: 'silent' }),
    })
    return {
      databaseUrl: mariadbUrl,
      brokerUrl: amqpUrl,
      // As few as a process can live on: whoever waits for a second connection while he has one would stop everything.
      env: { DATABASE_POOL_MAX: '2' },
      afterwards: async () => {
        await administrator.close()
        await Promise.all(proxies.map((proxy) => proxy.close()))
        await servers.stop()
        rmSync(dir, { recursive: true, force: true })
      },
      prepare: async ({ name, env }) => {
        if (name !== 'bookings' || !env.DATABASE_URL) return
        const { proxy, url } = await FaultProxy.before(env.DATABASE_URL)
        proxies.push(proxy)
        env.DATABASE_URL = url
      },
    }
  })

  /** As one more client of the server, past the proxies. */
  const bookingsDatabase = (): Database =>
    openDatabase({ url: faults.stack.databaseUrls.bookings ?? '', logger: createLogger({ service: 'faults', level: 'silent' }) })

  test('a pool of two connections — and 200 holds, bookings and payments at once — every one is answered, and as many seats are claimed as were given', async () => {
    const sales = faults.sales()
    const people = await sales.people(10)
    const flight = await people[0]?.findFlight()
    if (!flight) throw new Error('nobody came')
    const claims = async () =>
      (await faults.books().query('bookings', 'SELECT seat FROM claims WHERE flight_id = :id', { id: flight.id })).length
    const waiting = await Promise.all(
      people.map(async (person) => ({
        person,
        order: await sales.order(person),
        hold: (await expectStatus(person.hold(flight, [null]), 201)).body,
      })),
    )
    const before = await claims()

    const requests = waiting
      .flatMap(({ person, order, hold }) => [
        { person, path: `/bookings/${order.booking.id}/payments`, body: { paymentMethod: VISA } },
        { person, path: '/bookings', body: person.bookingBody(hold) },
        ...Array.from({ length: 18 }, () => ({ person, path: '/holds', body: holdBody(flight, [null]) })),
      ])
      .map((request) => ({ ...request, key: randomUUID() }))
    const replies = await Promise.all(requests.map(({ person, path, body, key }) => person.call('POST', path, body, { key })))
    expect(replies.map(({ status }) => status).filter((status) => !HONEST.includes(status))).toEqual([])
    // Whoever was told to come again does; the others hear what they have heard.
    const ends = await Promise.all(requests.map(({ person, path, body, key }) => person.insist<Booking>('POST', path, body, key)))
    let held = 0
    for (const [i, { person, path }] of requests.entries()) {
      const end = ends[i]
      if (end?.status !== 201) continue
      if (path === '/holds') held += 1
      else if (path === '/bookings') sales.told.bookings.push({ traveller: person, booking: end.body })
      else sales.told.paid.push(end.body.id)
    }
    expect(sales.told.bookings).toHaveLength(2 * people.length)
    expect(held).toBeGreaterThan(0)
    expect(await claims()).toBe(before + held)
    await expectAllTrue(faults.books(), sales.told)
  })

  test('connections — cut at COMMIT, before or after the server has it — leave one effect for each key', async () => {
    const sales = faults.sales()
    let cuts = 0
    await sales.during(await sales.people(3), async () => {
      const untilMs = performance.now() + sized({ quick: 8_000, full: 30_000 })
      while (performance.now() < untilMs) {
        await Promise.race(proxies.map((proxy, i) => proxy.breakAt('COMMIT', { arrives: (cuts + i) % 2 === 0 })))
        cuts += 1
        await passing(200)
      }
    })
    expect(cuts).toBeGreaterThan(10)
    await faults.stack.untilReady()
    await expectAllTrue(faults.books(), sales.told)
    // Each key of a hold has led to one booking, and the judge has seen no other booking of these people.
    const holds = await faults
      .books()
      .query('bookings', 'SELECT id FROM holds WHERE user_id IN (SELECT user_id FROM bookings WHERE id IN (:ids))', {
        ids: sales.told.bookings.map(({ booking }) => booking.id),
      })
    expect(holds).toHaveLength(sales.told.bookings.length)
  })

  test('rows — locked by somebody in the opposite order again and again — are waited for or tried again, and nothing is half done', async () => {
    const sales = faults.sales()
    const before = await deadlocks(administrator)
    const bookings = bookingsDatabase()
    try {
      const bought = await sales.during(await sales.people(3), async () => {
        const untilMs = performance.now() + sized({ quick: 6_000, full: 30_000 })
        while (performance.now() < untilMs) await lockBackwards(bookings)
      })
      expect(bought).toBeGreaterThan(0)
    } finally {
      await bookings.close()
    }
    expect(await deadlocks(administrator)).toBeGreaterThan(before)
    await expectAllTrue(faults.books(), sales.told)
  })

  test('a booking — locked by somebody for longer than anybody waits — its payment is told to come back, and is made then', async () => {
    const sales = faults.sales()
    const order = await sales.order()
    const bookings = bookingsDatabase()
    try {
      const refused = await bookings.transaction(async (tx) => {
        await bookings.rows('SELECT id FROM bookings WHERE id = :id FOR UPDATE', { id: order.booking.id }, tx)
        return order.traveller.pay(order.booking, VISA)
      })
      expect([refused.status, refused.body]).toEqual([409, expect.objectContaining({ code: 'payment_in_progress' })])
    } finally {
      await bookings.close()
    }
    await sales.payUntilConfirmed(order)
    await expectAllTrue(faults.books(), sales.told)
  })

  test('a server that takes no writes — reads go on, a hold is 503 with a time to come back, and all goes on when it takes them again', async () => {
    const sales = faults.sales()
    const order = await sales.order()
    // Another day than the storm's above, which leaves no seat.
    const flight = await order.traveller.findFlight('DEL', 'BOM', 18)
    await administrator.run('SET GLOBAL read_only = 1')
    try {
      expect((await order.traveller.read(order.booking)).status).toBe('awaiting_payment')
      const { status, headers } = await order.traveller.hold(flight, [null])
      expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true])
      expect((await order.traveller.pay(order.booking, VISA)).status).toBe(503)
    } finally {
      await administrator.run('SET GLOBAL read_only = 0')
    }
    await expectStatus(order.traveller.call('POST', '/holds', holdBody(flight, [null]), { key: randomUUID() }), 201)
    await sales.payUntilConfirmed(order)
    await expectAllTrue(faults.books(), sales.told)
  })

  test('the server — killed in the middle of a payment and started again, while people buy — nothing that was acknowledged is lost', async () => {
    const sales = faults.sales()
    const people = await sales.people(4)
    const orders = await Promise.all(Array.from({ length: sized({ quick: 2, full: 6 }) }, () => sales.order()))
    await sales.during(people, async () => {
      for (const order of orders) {
        const before = sales.told.paid.length
        await waitFor(() => sales.told.paid.length > before, { timeoutMs: 60_000, what: 'somebody to have paid' })
        const paying = await killIn(() => sales.pay(order), order)
        await passing(1_000)
        await servers.mariadb?.start()
        await faults.stack.untilReady()
        await paying.ended
      }
    })
    for (const order of orders) await sales.payUntilConfirmed(order)
    await expectAllTrue(faults.books(), sales.told)
  })

  /** Kills the server when the payment has written its key and waits for its booking, which somebody else has locked. */
  async function killIn(pay: () => Promise<unknown>, { booking }: Order): Promise<{ ended: Promise<unknown> }> {
    const bookings = bookingsDatabase()
    let ended: Promise<unknown> = Promise.resolve()
    const lock = async (tx: Transaction): Promise<void> => {
      await bookings.rows('SELECT id FROM bookings WHERE id = :id FOR UPDATE', { id: booking.id }, tx)
      ended = pay()
      await waitFor(async () => (await administrator.rows(WAITING_WRITERS)).length > 0, { what: 'the payment to be at work' })
      await servers.mariadb?.kill()
    }
    try {
      await expect(bookings.transaction(lock, { tries: 1 })).rejects.toThrow()
    } finally {
      await bookings.close()
    }
    return { ended }
  }
})

/** Transactions that have changed rows and wait for another one. */
const WAITING_WRITERS = `SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' AND trx_rows_modified > 0`

/** How many the server has ended since its start. */
async function deadlocks(administrator: Database): Promise<number> {
  const [row] = await administrator.rows<{ n: string }>(
    `SELECT VARIABLE_VALUE AS n FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'INNODB_DEADLOCKS'`,
  )
  return Number(row?.n)
}

/** The last payments first and their bookings afterwards: against the order of docs/locking.md, so that deadlocks are certain. */
async function lockBackwards(db: Database): Promise<void> {
  await db.transaction(
    async (tx) => {
      await db.rows('SELECT id FROM payments ORDER BY created_at DESC LIMIT 5 FOR UPDATE', {}, tx)
      await passing(50)
      await db.rows('SELECT id FROM bookings ORDER BY created_at DESC LIMIT 5 FOR UPDATE', {}, tx)
    },
    { tries: 20 },
  )
}
