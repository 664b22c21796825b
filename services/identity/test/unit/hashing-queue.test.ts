import { Refusal } from '@skyhold/platform'
import { expect, test, vi } from 'vitest'
import { HashingQueue } from '../../src/services/hashing-queue.ts'

/** Work that ends when it is told to. */
function gatedWork() {
  const started: number[] = []
  const gates: (() => void)[] = []
  const work = (id: number) => () => {
    started.push(id)
    return new Promise<number>((resolve) => gates.push(() => resolve(id)))
  }
  return { started, gates, work }
}

test('the hashing queue — with more work than places — runs no more than its places, in the order of arrival', async () => {
  const queue = new HashingQueue({ concurrency: 2, waitingMax: 10 })
  const { started, gates, work } = gatedWork()
  const results = [1, 2, 3, 4].map((id) => queue.run(work(id)))
  await vi.waitFor(() => expect(started).toEqual([1, 2]))
  gates[0]?.()
  await results[0]
  await vi.waitFor(() => expect(started).toEqual([1, 2, 3]))
  expect(queue).toMatchObject({ running: 2, waiting: 1 })
  gates[1]?.()
  await results[1]
  await vi.waitFor(() => expect(started).toEqual([1, 2, 3, 4]))
  gates[2]?.()
  gates[3]?.()
  expect(await Promise.all(results)).toEqual([1, 2, 3, 4])
  expect(queue).toMatchObject({ running: 0, waiting: 0 })
})

test('the hashing queue — full — refuses the next one with a time to come back', async () => {
  const queue = new HashingQueue({ concurrency: 1, waitingMax: 1 })
  const { gates, work } = gatedWork()
  const first = queue.run(work(1))
  const second = queue.run(work(2))
  const refused: unknown = await queue.run(work(3)).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Refusal)
  expect(refused).toMatchObject({ code: 'rate_limited', options: { retryAfterSeconds: 1 } })
  gates[0]?.()
  await first
  await vi.waitFor(() => expect(gates).toHaveLength(2))
  gates[1]?.()
  await second
})

test('the hashing queue — whose work throws — passes the error on and gives the place to the next', async () => {
  const queue = new HashingQueue({ concurrency: 1, waitingMax: 1 })
  const failing = queue.run(() => Promise.reject(new Error('no memory')))
  const next = queue.run(async () => 'done')
  await expect(failing).rejects.toThrow('no memory')
  expect(await next).toBe('done')
})
