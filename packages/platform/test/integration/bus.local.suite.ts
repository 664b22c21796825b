import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { BusUnavailable } from '../../src/bus/index.ts'
import { ONE, sessionRevoked } from '../support/bus-fixtures.ts'
import { type Broker, useBuses } from '../support/use-buses.ts'

const PROCESS = fileURLToPath(new URL('../fixtures/bus-process.ts', import.meta.url))

/** What only the local bus has to promise: its file. */
export function describeLocalFile(broker: Broker): void {
  describe(`bus over ${broker.name}, its file`, () => {
    const { place, open } = useBuses(broker)

    test('two buses of one process — one closes — the other goes on', async () => {
      const [first, second] = [await open(), await open()]
      const seen: string[] = []
      await second.subscribe(ONE, async ({ event }) => void seen.push(event.eventId))
      await first.publish(sessionRevoked())
      await first.close()
      await second.publish(sessionRevoked())
      await waitFor(() => seen.length === 2)
    })

    test('a second process on the same folder — it is refused with a sentence, as its messages would be delivered twice', async () => {
      const child = spawn(process.execPath, [PROCESS, 'publish', place().url, place().dataDir], { stdio: ['ignore', 'pipe', 'ignore'] })
      await once(child.stdout, 'data')
      const failure = await open().catch((error: unknown) => error)
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(failure).toBeInstanceOf(BusUnavailable)
      expect(String(failure)).toMatch(/Only one process/)
      await open() // The dead process holds nothing.
    })

    test('publish — not waited for before close — it is stored all the same', async () => {
      const bus = await open()
      const published = bus.publish(sessionRevoked())
      await bus.close()
      await published
      expect(await (await open()).depth(ONE.name)).toBe(1)
    })
  })
}
