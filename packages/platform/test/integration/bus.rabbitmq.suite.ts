import { deadQueue, EXCHANGE, retryQueue, UNROUTED } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { Connection } from 'rabbitmq-client'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Bus, type BusOptions, BusUnavailable, type DeadLetter } from '../../src/bus/index.ts'
import { BOTH, ONE, openTestBus, sessionRevoked, type Place } from '../support/bus-fixtures.ts'
import { TcpGate } from '../support/tcp-gate.ts'
import { type Broker, closedInTheEnd } from '../support/use-buses.ts'

/** Short, so that the tests of silence are short. */
const TIMEOUT_MS = 700

/** What RabbitMQ and the way to it can do to us. */
export function describeRabbitFaults(broker: Broker): void {
  describe(`bus over ${broker.name}, when things break`, () => {
    const places = closedInTheEnd()
    let place: Place
    let gate: TcpGate
    let gated: Place
    let admin: Connection
    let buses: Bus[]

    beforeEach(async () => {
      place = await places.open(broker)
      const before = await TcpGate.before(place.url)
      gate = before.gate
      gated = { ...place, url: before.url }
      admin = new Connection(place.url)
      buses = []
    })
    afterEach(async () => {
      gate.open()
      await Promise.all(buses.map((bus) => bus.close()))
      await gate.close()
      await admin.close()
    })

    async function open(at: Place, more: Partial<BusOptions> = {}): Promise<Bus> {
      const bus = openTestBus(at, more)
      buses.push(bus)
      await bus.connect()
      return bus
    }

    test('the broker is away and comes back — publishing is refused at once meanwhile, then all goes on and nothing confirmed is lost', async () => {
      const bus = await open(gated)
      const seen = new Set<string>()
      await bus.subscribe(ONE, async ({ event }) => void seen.add(event.eventId))
      const confirmed: string[] = []
      const publish = async (): Promise<void> => {
        const event = sessionRevoked()
        await bus.publish(event)
        confirmed.push(event.eventId)
      }
      await publish()
      gate.shut()
      await waitFor(() => !bus.isConnected())
      const startedAt = performance.now()
      await expect(publish()).rejects.toBeInstanceOf(BusUnavailable)
      expect(performance.now() - startedAt).toBeLessThan(1000)
      await expect(bus.depth(ONE.name)).rejects.toBeInstanceOf(BusUnavailable)

      gate.open()
      await waitFor(() => bus.isConnected(), { timeoutMs: 10_000 })
      await publish()
      await waitFor(() => confirmed.every((eventId) => seen.has(eventId)), { timeoutMs: 10_000 })
    })

    test('connections are cut again and again under load — every confirmed event arrives', async () => {
      const bus = await open(gated, { timeoutMs: 2000 })
      const receiver = await open(place)
      const seen = new Set<string>()
      await receiver.subscribe(ONE, async ({ event }) => void seen.add(event.eventId))
      const confirmed: string[] = []
      for (let round = 0; round < 3; round += 1) {
        await waitFor(() => bus.isConnected(), { timeoutMs: 10_000 })
        const attempts = Array.from({ length: 300 }, async (_, index) => {
          const event = sessionRevoked()
          if (index === 150) setImmediate(() => gate.cut())
          await bus.publish(event)
          confirmed.push(event.eventId)
        })
        await Promise.allSettled(attempts)
      }
      await waitFor(() => confirmed.every((eventId) => seen.has(eventId)), { timeoutMs: 10_000 })
    })

    test('a handler is at work when the connection is cut — the message comes again, as the same attempt', async () => {
      const bus = await open(gated)
      const attempts: number[] = []
      let finish = (): void => {}
      await bus.subscribe(ONE, async ({ attempt }) => {
        attempts.push(attempt)
        if (attempts.length === 1) await new Promise<void>((resolve) => (finish = resolve))
      })
      await bus.publish(sessionRevoked())
      await waitFor(() => attempts.length === 1)
      gate.cut()
      await waitFor(() => !bus.isConnected())
      finish()
      await waitFor(() => attempts.length === 2, { timeoutMs: 10_000 })
      expect(attempts).toEqual([1, 1])
      await waitFor(async () => (await (await open(place)).depth(ONE.name)) === 0)
    })

    test('the connection is half-open — a publish gives up in time, the heartbeat notices, and all goes on', async () => {
      // A loaded machine may not connect in so short a time at once.
      const bus = await waitFor(() => open(gated, { timeoutMs: TIMEOUT_MS, heartbeatSeconds: 1 }))
      gate.silence()
      const startedAt = performance.now()
      await expect(bus.publish(sessionRevoked())).rejects.toBeInstanceOf(BusUnavailable)
      expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS + 500)
      await waitFor(() => !bus.isConnected(), { timeoutMs: 10_000 })
      gate.open()
      await waitFor(() => bus.isConnected(), { timeoutMs: 15_000 })
      await bus.publish(sessionRevoked())
    })

    test('a queue has lost its binding — the event is kept among the unrouted, where it is counted', async () => {
      const bus = await open(place)
      for (const queue of [BOTH.name, ONE.name]) await admin.queueUnbind({ exchange: EXCHANGE, queue, routingKey: 'session.revoked' })
      await bus.publish(sessionRevoked())
      await waitFor(async () => (await bus.depth(UNROUTED)) === 1)
    })

    test('nothing at all takes the event — RabbitMQ returns it, and publish is refused', async () => {
      const bus = await open(place)
      for (const queue of [BOTH.name, ONE.name]) await admin.queueUnbind({ exchange: EXCHANGE, queue, routingKey: 'session.revoked' })
      await admin.queueDelete(UNROUTED)
      await expect(bus.publish(sessionRevoked())).rejects.toThrow(/returned/)
    })

    test('somebody deletes the exchange — a publish is refused, then the topology is there again', async () => {
      const bus = await open(place)
      await admin.exchangeDelete({ exchange: EXCHANGE })
      await expect(bus.publish(sessionRevoked())).rejects.toBeInstanceOf(BusUnavailable)
      await waitFor(() => bus.isConnected(), { timeoutMs: 10_000 })
      await bus.publish(sessionRevoked())
      await waitFor(async () => (await bus.depth(ONE.name)) === 1)
    })

    test('no channel can be opened at the first try on a living connection — it is tried again', async () => {
      const bus = await open(place)
      await admin.exchangeDelete({ exchange: EXCHANGE })
      const acquire = vi.spyOn(Connection.prototype, 'acquire').mockRejectedValueOnce(new Error('no channel is free'))
      onTestFinished(() => acquire.mockRestore())
      await expect(bus.publish(sessionRevoked())).rejects.toBeInstanceOf(BusUnavailable)
      await waitFor(() => bus.isConnected(), { timeoutMs: 10_000 })
      expect(acquire).toHaveBeenCalledTimes(2)
    })

    test('the connection is back at once, and the broker slow — one channel is opened and not a second beside it', async () => {
      const bus = await open(gated)
      const original = Connection.prototype.acquire
      const slow = Promise.withResolvers<void>()
      const acquire = vi.spyOn(Connection.prototype, 'acquire').mockImplementation(async function (this: Connection, options) {
        const channel = await original.call(this, options)
        await slow.promise
        return channel
      })
      onTestFinished(() => acquire.mockRestore())
      gate.cut()
      await waitFor(() => acquire.mock.calls.length > 0, { timeoutMs: 10_000 })
      // A channel that was lost alone would have been opened again by then.
      const reconnectedAtMs = performance.now()
      await waitFor(() => performance.now() - reconnectedAtMs > 700)
      slow.resolve()
      await waitFor(() => bus.isConnected(), { timeoutMs: 10_000 })
      expect(acquire).toHaveBeenCalledTimes(1)
    })

    test('the retry queue is missing when a handler fails — the message stays in its queue', async () => {
      const bus = await open(place)
      await admin.queueDelete(retryQueue(ONE.name, 1))
      const attempts: number[] = []
      await bus.subscribe(ONE, async ({ attempt }) => {
        attempts.push(attempt)
        if (attempts.length === 1) throw new Error('no')
      })
      await bus.publish(sessionRevoked())
      await waitFor(() => attempts.length === 2, { timeoutMs: 10_000 })
      expect(attempts).toEqual([1, 1])
      expect(await bus.depth(deadQueue(ONE.name))).toBe(0)
    })

    test('a message whose consumers die over and over — RabbitMQ gives it up in the end, and it can be read among the dead letters', async () => {
      const bus = await open(place)
      const event = sessionRevoked()
      await bus.publish(event)
      const channel = await admin.acquire()
      for (;;) {
        const message = await channel.basicGet({ queue: ONE.name })
        if (!message) break
        channel.basicNack({ deliveryTag: message.deliveryTag, requeue: true })
      }
      await channel.close()
      const letters: DeadLetter[] = []
      await bus.subscribeToDeadLetters(ONE, async (letter) => void letters.push(letter))
      await waitFor(() => letters.length === 1)
      expect(letters).toMatchObject([
        { queue: ONE.name, body: JSON.stringify(event), attempts: 1, reason: expect.stringContaining('RabbitMQ gave it up') },
      ])
    })

    test('a queue exists with other settings — connect says which', async () => {
      await open(place)
      await expect(open(place, { retryDelaysMs: [41, 80, 120] })).rejects.toThrow(/test\.both\.retry\.1/)
    })

    test('the password is wrong — connect fails soon, with a sentence that does not tell it', async () => {
      const url = new URL(place.url)
      url.password = 'not-the-password'
      const failure = await open({ ...place, url: url.href }).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(BusUnavailable)
      expect(String(failure)).not.toContain('not-the-password')
    })

    test('nobody listens there — connect fails soon', async () => {
      gate.shut()
      await expect(open(gated, { timeoutMs: TIMEOUT_MS })).rejects.toBeInstanceOf(BusUnavailable)
    })
  })
}
