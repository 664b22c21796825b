import { expect, test } from 'vitest'
import { ServerWatch } from '../../src/database/server-watch.ts'

test('a server — the first, and seen again — is no change', () => {
  const watch = new ServerWatch(() => 1_000)
  watch.see('a')
  watch.see('a')
  expect(watch.msSinceChange()).toBe(Number.POSITIVE_INFINITY)
})

test('another server — and the first again — are a change each, measured on the monotonic clock', () => {
  let nowMs = 1_000
  const watch = new ServerWatch(() => nowMs)
  watch.see('a')
  watch.see('b')
  nowMs += 300
  expect(watch.msSinceChange()).toBe(300)
  watch.see('b')
  expect(watch.msSinceChange()).toBe(300)
  watch.see('a')
  expect(watch.msSinceChange()).toBe(0)
})
