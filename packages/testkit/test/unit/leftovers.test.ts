import { expect, test } from 'vitest'
import { isLeftover, testName } from '../../src/leftovers.ts'

test('isLeftover — only what a test process made that is gone', () => {
  const mine = testName()
  expect(isLeftover(mine)).toBe(false)
  expect(isLeftover(mine, () => false)).toBe(true)
  expect(isLeftover('skyhold_bookings', () => false)).toBe(false)
  expect(isLeftover('mysql', () => false)).toBe(false)
})
