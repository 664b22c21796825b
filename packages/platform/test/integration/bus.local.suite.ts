import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { deadQueue } from '@skyhold/contracts'
import { waitFor } from '@skyhold/testkit'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { BusUnavailable, type DeadLetter } from '../../src/bus/index.ts'
import { LocalStore } from '../../src/bus/local-store.ts'
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

    test('a file of an older version — its messages are there, and its dead letters can be read', async () => {
      const file = new DatabaseSync(join(place().dataDir, 'bus.sqlite'))
      file.exec(`CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL, traceparent TEXT,
        attempt INTEGER NOT NULL DEFAULT 1, reason TEXT, due_at INTEGER, due_queue TEXT) STRICT`)
      const put = file.prepare('INSERT INTO messages (queue, body, attempt, reason) VALUES (?, ?, ?, ?)')
      put.run(ONE.name, JSON.stringify(sessionRevoked()), 1, null)
      put.run(deadQueue(ONE.name), 'old', 5, 'Error: never')
      file.close()

      const bus = await open()
      const letters: DeadLetter[] = []
      await bus.subscribeToDeadLetters(ONE, async (letter) => void letters.push(letter))
      await waitFor(() => letters.length === 1)
      expect(letters).toEqual([{ queue: ONE.name, body: 'old', reason: 'Error: never', attempts: 4, traceparent: null, replayOf: null }])
      expect(await bus.depth(ONE.name)).toBe(1)
    })

    /** The next read of this kind fails, as on a disk that is gone for a moment. */
    function failOnce(read: 'take' | 'nextDueAtMs'): void {
      const spy = vi.spyOn(LocalStore.prototype, read).mockImplementationOnce(() => {
        throw new Error('disk I/O error')
      })
      onTestFinished(() => spy.mockRestore())
    }

    test('a queue that cannot be read for a moment — it is said in the log, and its messages come', async () => {
      const lines: string[] = []
      const bus = await open({ logger: pino({}, { write: (line) => void lines.push(line) }) })
      const seen: string[] = []
      failOnce('take')
      await bus.subscribe(ONE, async ({ event }) => void seen.push(event.eventId))
      await bus.publish(sessionRevoked())
      await waitFor(() => seen.length === 1)
      expect(lines.join('')).toMatch(/a queue could not be read; it is tried again/)
    })

    test('the time of the next retry cannot be read for a moment — the retry comes', async () => {
      const bus = await open()
      const attempts: number[] = []
      await bus.subscribe(ONE, async ({ attempt }) => {
        attempts.push(attempt)
        if (attempts.length === 1) throw new Error('no')
      })
      failOnce('nextDueAtMs')
      await bus.publish(sessionRevoked())
      await waitFor(() => attempts.length === 2)
      expect(attempts).toEqual([1, 2])
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
