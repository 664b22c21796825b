import { expect, test, vi } from 'vitest'
import { type LockOutcome, WriteLock } from '../../src/database/sqlite-lock.ts'

test('the write lock — given up by one of its waiters — tells him so, and goes to the next', async () => {
  const lock = new WriteLock()
  const [writer, leaver, next] = [{}, {}, {}]
  const heard: [string, LockOutcome][] = []
  const acquire = (name: string, owner: object) => lock.acquire(owner, 10_000, (outcome) => heard.push([name, outcome]))
  acquire('writer', writer)
  acquire('leaver', leaver)
  acquire('next', next)
  lock.forget(leaver)
  expect(heard).toEqual([
    ['writer', 'granted'],
    ['leaver', 'forgotten'],
  ])
  lock.release(writer)
  await vi.waitFor(() => expect(heard.at(-1)).toEqual(['next', 'granted']))
})

test('the write lock — free again — is granted after a turn of the event loop, not before', async () => {
  const lock = new WriteLock()
  const [first, second] = [{}, {}]
  lock.acquire(first, 10_000, () => {})
  lock.release(first)
  const granted = vi.fn<(outcome: LockOutcome) => void>()
  lock.acquire(second, 10_000, granted)
  await Promise.resolve()
  expect(granted).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(granted).toHaveBeenCalledWith('granted'))
})
