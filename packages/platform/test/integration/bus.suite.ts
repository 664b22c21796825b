import { deadQueue, retryQueue } from '@skyhold/contracts'
import { sized, waitFor } from '@skyhold/testkit'
import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { type Delivery, InvalidEvent, NoSubscriber } from '../../src/bus/index.ts'
import { BOTH, ONE, sessionRevoked, TEST_RETRY_DELAYS_MS, userRegistered } from '../support/bus-fixtures.ts'
import { inject } from '../support/inject.ts'
import { type Broker, useBuses } from '../support/use-buses.ts'

const PUBLISHED_AT_ONCE = 100
const BEHIND_MS = sized({ quick: 60_000, full: 600_000 })

/** What a bus owes to its users, whichever broker is behind it. */
export function describeBus(broker: Broker): void {
  describe(`bus over ${broker.name}`, () => {
    const { place, open } = useBuses(broker)

    test('publish — two queues are bound to the type — each has the event, with its trace', async () => {
      const [sender, receiver] = [await open(), await open()]
      const atBoth: Delivery[] = []
      const atOne: Delivery[] = []
      await receiver.subscribe(BOTH, async (delivery) => void atBoth.push(delivery))
      await receiver.subscribe(ONE, async (delivery) => void atOne.push(delivery))
      const [revoked, registered] = [sessionRevoked(), userRegistered()]
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

      await sender.publish(revoked, { traceparent })
      await sender.publish(registered)

      await waitFor(() => atBoth.length === 2 && atOne.length === 1)
      expect(atOne).toEqual([{ event: revoked, attempt: 1, traceparent }])
      expect(atBoth).toEqual([
        { event: revoked, attempt: 1, traceparent },
        { event: registered, attempt: 1, traceparent: null },
      ])
    })

    test('publish — the consumer never ran — the event is kept for it', async () => {
      const sender = await open()
      const event = sessionRevoked()
      await sender.publish(event)
      await waitFor(async () => (await sender.depth(ONE.name)) === 1)
      await sender.close()

      const late = await open()
      const seen: Delivery[] = []
      await late.subscribe(ONE, async (delivery) => void seen.push(delivery))
      await waitFor(() => seen.length === 1)
      expect(seen[0]?.event).toEqual(event)
    })

    test(
      'subscribe — a consumer that is far behind — works through everything that waits, each once',
      async () => {
        const sender = await open()
        const count = sized({ quick: 1_000, full: 100_000 })
        for (let sent = 0; sent < count; sent += PUBLISHED_AT_ONCE)
          await Promise.all(Array.from({ length: PUBLISHED_AT_ONCE }, () => sender.publish(sessionRevoked())))

        const late = await open()
        const seen = new Map<string, number>()
        await late.subscribe(ONE, async ({ event }) => void seen.set(event.eventId, (seen.get(event.eventId) ?? 0) + 1))
        await waitFor(() => seen.size === count, { timeoutMs: BEHIND_MS, what: `${count} messages to be worked through` })
        await waitFor(async () => (await late.depth(ONE.name)) === 0, { what: 'the queue to be empty' })
        expect([...seen.values()].filter((times) => times > 1)).toEqual([])
      },
      2 * BEHIND_MS,
    )

    test('publish — no queue is bound to the type — it is refused', async () => {
      const bus = await open()
      const event = { ...sessionRevoked(), type: 'payment.failed' as const }
      await expect(bus.publish({ ...event, data: paymentFacts() })).rejects.toBeInstanceOf(NoSubscriber)
    })

    test('publish — the data does not fit the schema — it is refused and nothing is stored', async () => {
      const bus = await open()
      const event = sessionRevoked()
      const broken = { ...event, data: { ...event.data, userId: 'no id' } }
      await expect(bus.publish(broken)).rejects.toThrow(InvalidEvent)
      const open_ = { ...event, data: { ...event.data, secret: 'more than the contract says' } }
      await expect(bus.publish(open_)).rejects.toThrow(/\/data/)
      expect(await bus.depth(ONE.name)).toBe(0)
    })

    test('publish — the bus is closed — it is refused', async () => {
      const bus = await open()
      await bus.close()
      expect(bus.isConnected()).toBe(false)
      await expect(bus.publish(sessionRevoked())).rejects.toThrow(/not/)
    })

    test('publish — a thousand at once — all arrive, each once', async () => {
      const bus = await open()
      const seen: string[] = []
      await bus.subscribe(ONE, async ({ event }) => void seen.push(event.eventId))
      const events = Array.from({ length: 1000 }, sessionRevoked)
      await Promise.all(events.map((event) => bus.publish(event)))
      await waitFor(() => seen.length >= events.length)
      expect(seen.toSorted()).toEqual(events.map(({ eventId }) => eventId).toSorted())
    })

    test('handler — it fails twice — the message comes again after each wait, with the attempt counted, and then is gone', async () => {
      const bus = await open()
      const attempts: { attempt: number; atMs: number }[] = []
      await bus.subscribe(ONE, async ({ attempt }) => {
        attempts.push({ attempt, atMs: performance.now() })
        if (attempt < 3) throw new Error('not yet')
      })
      await bus.publish(sessionRevoked(), { traceparent: 'kept' })

      await waitFor(() => attempts.length === 3)
      expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
      const waitedMs = attempts.slice(1).map(({ atMs }, index) => atMs - (attempts[index]?.atMs ?? 0))
      expect(waitedMs[0]).toBeGreaterThanOrEqual((TEST_RETRY_DELAYS_MS[0] ?? 0) - 2)
      expect(waitedMs[1]).toBeGreaterThanOrEqual((TEST_RETRY_DELAYS_MS[1] ?? 0) - 2)
      for (const queue of [ONE.name, retryQueue(ONE.name, 1), retryQueue(ONE.name, 2), deadQueue(ONE.name)])
        expect(await bus.depth(queue)).toBe(0)
    })

    test('handler — it fails every time — the message ends among the dead letters, and the queue flows on meanwhile', async () => {
      const bus = await open()
      const [sick, sound] = [sessionRevoked(), sessionRevoked()]
      const attempts: number[] = []
      const done: string[] = []
      await bus.subscribe({ ...ONE, prefetch: 1 }, async ({ event, attempt }) => {
        if (event.eventId !== sick.eventId) return void done.push(event.eventId)
        attempts.push(attempt)
        throw new Error('never')
      })
      await bus.publish(sick)
      await bus.publish(sound)

      await waitFor(async () => (await bus.depth(deadQueue(ONE.name))) === 1)
      expect(attempts).toEqual([1, 2, 3, 4])
      expect(done).toEqual([sound.eventId])
      expect(await bus.depth(ONE.name)).toBe(0)
    })

    test('handler — messages that are no events — dead at once and unseen by it, and the queue flows on', async () => {
      await (await open()).close() // Declares the queues.
      const event = sessionRevoked()
      const poison = [
        'not { JSON',
        '""',
        'null',
        '{"type":"session.revoked"}',
        JSON.stringify({ ...event, type: 'no.such.type' }),
        JSON.stringify({ ...event, data: { sessionId: event.data.sessionId } }),
      ]
      for (const text of poison) await inject(place(), ONE.name, text)

      const bus = await open()
      const seen: Delivery[] = []
      await bus.subscribe(ONE, async (delivery) => void seen.push(delivery))
      await bus.publish(event)
      await waitFor(() => seen.length === 1)
      await waitFor(async () => (await bus.depth(deadQueue(ONE.name))) === poison.length)
      expect(seen[0]?.event).toEqual(event)
    })

    test('handler — a newer producer says more than this version knows — the event is read all the same', async () => {
      await (await open()).close()
      const event = sessionRevoked()
      await inject(place(), ONE.name, JSON.stringify({ ...event, version: 2, data: { ...event.data, reason: 'stolen' } }))
      const bus = await open()
      const seen: Delivery[] = []
      await bus.subscribe(ONE, async (delivery) => void seen.push(delivery))
      await waitFor(() => seen.length === 1)
      expect(seen[0]?.event.data).toMatchObject(event.data)
    })

    test('handler — more messages than prefetch — as many as prefetch at a time, never more', async () => {
      const bus = await open()
      let [atWork, most, done] = [0, 0, 0]
      let openGate = (): void => {}
      const gate = new Promise<void>((resolve) => (openGate = resolve))
      for (let i = 0; i < 23; i += 1) await bus.publish(userRegistered())
      await bus.subscribe(BOTH, async () => {
        atWork += 1
        most = Math.max(most, atWork)
        await gate
        atWork -= 1
        done += 1
      })
      await waitFor(() => atWork === BOTH.prefetch)
      openGate()
      await waitFor(() => done === 23)
      expect(most).toBe(BOTH.prefetch)
    })

    test('close — a handler is at work — it is waited for, and its message does not come again', async () => {
      const bus = await open()
      const log: string[] = []
      let finish = (): void => {}
      await bus.subscribe(ONE, async () => {
        log.push('begun')
        await new Promise<void>((resolve) => (finish = resolve))
        log.push('ended')
      })
      await bus.publish(sessionRevoked())
      await waitFor(() => log.length === 1)
      const closed = bus.close().then(() => log.push('closed'))
      setImmediate(() => finish())
      await closed
      expect(log).toEqual(['begun', 'ended', 'closed'])
      expect(await (await open()).depth(ONE.name)).toBe(0)
    })

    test('subscription — closed — what comes later waits for the next subscriber', async () => {
      const bus = await open()
      const [early, late]: [string[], string[]] = [[], []]
      const subscription = await bus.subscribe(ONE, async ({ event }) => void early.push(event.eventId))
      const [first, second] = [sessionRevoked(), sessionRevoked()]
      await bus.publish(first)
      await waitFor(() => early.length === 1)
      await subscription.close()
      await bus.publish(second)
      await waitFor(async () => (await bus.depth(ONE.name)) === 1)
      await bus.subscribe(ONE, async ({ event }) => void late.push(event.eventId))
      await waitFor(() => late.length === 1)
      expect([early, late]).toEqual([[first.eventId], [second.eventId]])
    })

    test('subscribers — two of one queue — each message goes to one of them', async () => {
      const [a, b] = [await open(), await open()]
      const seen: string[] = []
      for (const bus of [a, b]) await bus.subscribe(BOTH, async ({ event }) => void seen.push(event.eventId))
      const events = Array.from({ length: 100 }, userRegistered)
      await Promise.all(events.map((event) => a.publish(event)))
      await waitFor(() => seen.length >= events.length)
      expect(new Set(seen).size).toBe(100)
      expect(seen).toHaveLength(100)
    })

    test('metrics — messages pass, fail and wait — they are counted by queue', async () => {
      const metrics = new Registry()
      const bus = await open({ metrics, retryDelaysMs: [] })
      await bus.subscribe(ONE, async () => {
        throw new Error('no')
      })
      await bus.publish(sessionRevoked())
      await waitFor(async () => (await bus.depth(deadQueue(ONE.name))) === 1)
      // The message is there a moment before its consumer knows that it is.
      await waitFor(async () => (await metrics.metrics()).includes('outcome="dead"'))
      const text = await metrics.metrics()
      expect(text).toContain('bus_published_total{outcome="confirmed"} 1')
      expect(text).toContain('bus_consumed_total{queue="test.one",outcome="dead"} 1')
      expect(text).toContain('bus_queue_messages{queue="test.one.dead"} 1')
      expect(text).toContain('bus_queue_messages{queue="test.both"} 1')
      await bus.close()
      expect(await metrics.metrics()).not.toContain('bus_queue_messages{')
    })
  })
}

function paymentFacts() {
  return {
    paymentId: 'pay_1',
    bookingId: 'bkg_1',
    reference: 'BCDFGH',
    ownerId: 'usr_1',
    contact: { email: 'ana@example.com', phone: '+4930123456' },
    amount: { amountMinor: 1000, currency: 'EUR' },
  }
}
