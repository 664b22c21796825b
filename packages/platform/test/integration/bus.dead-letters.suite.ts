import { deadQueue } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { Bus, DeadLetter, Delivery } from '../../src/bus/index.ts'
import { BOTH, ONE, sessionRevoked } from '../support/bus-fixtures.ts'
import { inject } from '../support/inject.ts'
import { type Broker, useBuses } from '../support/use-buses.ts'

/** How dead letters are read and sent on their way again, whichever broker is behind it. */
export function describeDeadLetters(broker: Broker): void {
  describe(`dead letters over ${broker.name}`, () => {
    const { place, open } = useBuses(broker)

    async function lettersOf(bus: Bus): Promise<DeadLetter[]> {
      const letters: DeadLetter[] = []
      await bus.subscribeToDeadLetters(ONE, async (letter) => void letters.push(letter))
      return letters
    }

    test('a message whose handler fails every time — is handed over with its reason and the tries it had', async () => {
      const bus = await open()
      const letters = await lettersOf(bus)
      await bus.subscribe(ONE, async () => {
        throw new Error('the seat map is missing')
      })
      const event = sessionRevoked()
      await bus.publish(event, { traceparent: 'kept' })
      await waitFor(() => letters.length === 1)
      expect(letters).toMatchObject([{ queue: ONE.name, attempts: 4, traceparent: 'kept', replayOf: null }])
      expect(letters[0]?.reason).toContain('the seat map is missing')
      expect(JSON.parse(letters[0]?.body ?? '')).toEqual(event)
      await waitFor(async () => (await bus.depth(deadQueue(ONE.name))) === 0)
    })

    test('a poison message — is handed over as it came, after one try', async () => {
      await (await open()).close() // Declares the queues.
      await inject(place(), ONE.name, 'not { JSON ✈')
      const bus = await open()
      await bus.subscribe(ONE, async () => undefined)
      const letters = await lettersOf(bus)
      await waitFor(() => letters.length === 1)
      expect(letters).toMatchObject([{ body: 'not { JSON ✈', attempts: 1 }])
      expect(letters[0]?.reason).toContain('The message is no')
    })

    test('letters from before anybody read them — are handed over, also after a restart', async () => {
      const before = await open({ retryDelaysMs: [] })
      await before.subscribe(ONE, async () => {
        throw new Error('no')
      })
      const events = [sessionRevoked(), sessionRevoked()]
      for (const event of events) await before.publish(event)
      await waitFor(async () => (await before.depth(deadQueue(ONE.name))) === 2)
      await before.close()
      const letters = await lettersOf(await open({ retryDelaysMs: [] }))
      await waitFor(() => letters.length === 2)
      expect(new Set(letters.map(({ body }) => JSON.parse(body).eventId))).toEqual(new Set(events.map(({ eventId }) => eventId)))
    })

    test('a letter that cannot be kept — comes again until it can', async () => {
      const bus = await open({ retryDelaysMs: [] })
      await bus.subscribe(ONE, async () => {
        throw new Error('no')
      })
      let tries = 0
      await bus.subscribeToDeadLetters(ONE, async () => {
        tries += 1
        if (tries < 3) throw new Error('the database is away')
      })
      await bus.publish(sessionRevoked())
      await waitFor(() => tries === 3)
      await waitFor(async () => (await bus.depth(deadQueue(ONE.name))) === 0)
    })

    test('replay — goes to its own queue alone, as a first attempt with its trace, and is done when the handler is content', async () => {
      const bus = await open()
      const [atOne, atBoth]: [Delivery[], Delivery[]] = [[], []]
      await bus.subscribe(ONE, async (delivery) => void atOne.push(delivery))
      await bus.subscribe(BOTH, async (delivery) => void atBoth.push(delivery))
      const event = sessionRevoked()
      await bus.replay({ queue: ONE.name, body: JSON.stringify(event), traceparent: 'kept', replayOf: 'dlt_1' })
      await waitFor(() => atOne.length === 1)
      expect(atOne).toEqual([{ event, attempt: 1, traceparent: 'kept' }])
      await waitFor(async () => (await bus.depth(ONE.name)) === 0)
      expect(atBoth).toEqual([])
    })

    test('replay — that fails again — has all its tries again and comes back with the id it was replayed under', async () => {
      const bus = await open()
      const letters = await lettersOf(bus)
      const attempts: number[] = []
      await bus.subscribe(ONE, async ({ attempt }) => {
        attempts.push(attempt)
        throw new Error('still no')
      })
      await bus.replay({ queue: ONE.name, body: JSON.stringify(sessionRevoked()), traceparent: null, replayOf: 'dlt_1' })
      await waitFor(() => letters.length === 1)
      expect(attempts).toEqual([1, 2, 3, 4])
      expect(letters).toMatchObject([{ attempts: 4, replayOf: 'dlt_1', traceparent: null }])
    })

    test('replay — of poison — dies at once and comes back', async () => {
      const bus = await open()
      await bus.subscribe(ONE, async () => undefined)
      const letters = await lettersOf(bus)
      await bus.replay({ queue: ONE.name, body: 'nonsense', traceparent: null, replayOf: 'dlt_2' })
      await waitFor(() => letters.length === 1)
      expect(letters).toMatchObject([{ body: 'nonsense', attempts: 1, replayOf: 'dlt_2' }])
    })

    test('replay — into what is no consumer’s queue — is refused', async () => {
      const bus = await open()
      const letter = { body: '{}', traceparent: null, replayOf: 'dlt_3' }
      for (const queue of [deadQueue(ONE.name), 'nobody.knows'])
        await expect(bus.replay({ queue, ...letter })).rejects.toThrow(/No consumer has a queue/)
    })

    test('close — a letter is being kept — it is waited for and does not come again', async () => {
      const bus = await open({ retryDelaysMs: [] })
      await bus.subscribe(ONE, async () => {
        throw new Error('no')
      })
      const keeping = Promise.withResolvers<void>()
      let [begun, kept] = [0, 0]
      await bus.subscribeToDeadLetters(ONE, async () => {
        begun += 1
        await keeping.promise
        kept += 1
      })
      await bus.publish(sessionRevoked())
      await waitFor(() => begun === 1)
      const closed = bus.close()
      setImmediate(() => keeping.resolve())
      await closed
      const after = await open({ retryDelaysMs: [] })
      expect([begun, kept, await after.depth(deadQueue(ONE.name))]).toEqual([1, 1, 0])
    })
  })
}
