import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createLogger, type Database, openDatabase } from '@skyhold/platform'
import { type Servers, startServers } from '@skyhold/stack/servers'
import { FaultProxy, passing, sized, tempDir } from '@skyhold/testkit'
import { describe, expect, test, vi } from 'vitest'
import { expectStatus, holdBody } from '../e2e/support/traveller.ts'
import { useFaultStack } from './support/fault-stack.ts'
import { expectAllTrue } from './support/judge.ts'
import { VISA } from './support/sales.ts'

vi.setConfig({ testTimeout: 240_000 })

/** What a caller may be told of a database in trouble, and what he may be told of seats. */
const HONEST = [200, 201, 202, 409, 422, 429, 503]

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

  test('a pool of two connections — and 200 requests at once — every one is answered, and no seat is lost or doubled', async () => {
    const sales = faults.sales()
    const people = await sales.people(20)
    const [first] = people
    const flight = await first?.findFlight()
    if (!flight) throw new Error('nobody came')
    const replies = await Promise.all(people.flatMap((person) => Array.from({ length: 10 }, () => person.hold(flight, [null]))))
    expect(replies.map(({ status }) => status).filter((status) => !HONEST.includes(status))).toEqual([])
    expect(replies.filter(({ status }) => status === 201).length).toBeGreaterThan(0)
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
  })

  test('rows — locked by somebody in the opposite order again and again — are waited for or tried again, and nothing is half done', async () => {
    const sales = faults.sales()
    const bookings = openDatabase({
      url: faults.stack.databaseUrls.bookings ?? '',
      logger: createLogger({ service: 'faults', level: 'silent' }),
    })
    try {
      const bought = await sales.during(await sales.people(3), async () => {
        const untilMs = performance.now() + sized({ quick: 6_000, full: 30_000 })
        while (performance.now() < untilMs) await lockBackwards(bookings)
      })
      expect(bought).toBeGreaterThan(0)
    } finally {
      await bookings.close()
    }
    await expectAllTrue(faults.books(), sales.told)
  })

  test('a booking — locked by somebody for longer than anybody waits — its payment is told to come back, and is made then', async () => {
    const sales = faults.sales()
    const order = await sales.order()
    const bookings = openDatabase({
      url: faults.stack.databaseUrls.bookings ?? '',
      logger: createLogger({ service: 'faults', level: 'silent' }),
    })
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
    const flight = await order.traveller.findFlight('DEL', 'BOM', 30)
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

  test('the server — killed and started again while people buy — nothing that was acknowledged is lost', async () => {
    const sales = faults.sales()
    await sales.during(await sales.people(4), async () => {
      for (let i = 0; i < sized({ quick: 2, full: 6 }); i += 1) {
        await passing(2_000)
        await servers.mariadb?.kill()
        await passing(1_000)
        await servers.mariadb?.start()
        await faults.stack.untilReady()
      }
    })
    await sales.payUntilConfirmed(await sales.order())
    await expectAllTrue(faults.books(), sales.told)
  })
})

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
