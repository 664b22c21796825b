import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { deadQueue } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/bus/index.ts'
import { BOTH, ONE, sessionRevoked, userRegistered } from '../support/bus-fixtures.ts'
import { type Broker, useBuses } from '../support/use-buses.ts'

const PROCESS = fileURLToPath(new URL('../fixtures/bus-process.ts', import.meta.url))

/** What a bus keeps when processes end, in good order or by SIGKILL. */
export function describeBusRestarts(broker: Broker): void {
  describe(`bus over ${broker.name}, when processes end`, () => {
    const { place, open } = useBuses(broker)
    const children: ChildProcess[] = []
    afterEach(() => {
      for (const child of children.splice(0)) child.kill('SIGKILL')
    })

    /** A process of its own and the event ids that it prints. */
    function start(mode: 'publish' | 'hold'): { child: ChildProcess; printed: string[] } {
      const child = spawn(process.execPath, [PROCESS, mode, place().url, place().dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      const printed: string[] = []
      createInterface({ input: child.stdout }).on('line', (line) => printed.push(line))
      return { child, printed }
    }

    async function kill(child: ChildProcess): Promise<void> {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }

    test('restart — messages in the queue, waiting for a retry and dead — all are there', async () => {
      const before = await open()
      const [failing, waiting] = [sessionRevoked(), userRegistered()]
      const subscription = await before.subscribe(ONE, async () => {
        throw new Error('no')
      })
      await before.publish(failing)
      await waitFor(async () => (await before.depth(deadQueue(ONE.name))) === 1)
      await subscription.close()
      await before.publish(waiting)
      await before.close()

      const after = await open()
      const seen: string[] = []
      await after.subscribe(BOTH, async ({ event }) => void seen.push(event.eventId))
      await waitFor(() => seen.length === 2)
      expect(seen).toEqual([failing.eventId, waiting.eventId])
      expect(await after.depth(deadQueue(ONE.name))).toBe(1)
    })

    test('restart — between a failure and its retry — the retry comes, with the attempt counted', async () => {
      const before = await open()
      const failed = new Promise<void>((resolve) => {
        void before.subscribe(ONE, async () => {
          resolve()
          throw new Error('no')
        })
      })
      await before.publish(sessionRevoked())
      await failed
      await before.close()
      const after = await open()
      const attempts: number[] = []
      await after.subscribe(ONE, async ({ attempt }) => void attempts.push(attempt))
      await waitFor(() => attempts.length === 1)
      expect(attempts[0]).toBeGreaterThan(1)
    })

    test('publisher — killed at work — every event that it saw confirmed is there', async () => {
      const { child, printed: confirmed } = start('publish')
      await waitFor(() => confirmed.length > 200, { timeoutMs: 20_000 })
      await kill(child)

      const bus = await open()
      const seen = new Set<string>()
      await bus.subscribe(ONE, async ({ event }) => void seen.add(event.eventId))
      await waitFor(() => confirmed.every((eventId) => seen.has(eventId)), { timeoutMs: 20_000 })
    })

    test('consumer — killed at work — its messages come again, as a first attempt', async () => {
      const sender = await open()
      const event = sessionRevoked()
      await sender.publish(event)
      await sender.close()
      const { child, printed } = start('hold')
      await waitFor(() => printed.length === 2, { timeoutMs: 20_000 })
      await kill(child)

      const bus = await open()
      const seen: Delivery[] = []
      await bus.subscribe(ONE, async (delivery) => void seen.push(delivery))
      await waitFor(() => seen.length === 1)
      expect(seen).toEqual([{ event, attempt: 1, traceparent: null }])
    })
  })
}
