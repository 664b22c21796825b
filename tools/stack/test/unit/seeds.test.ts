import { expect, test } from 'vitest'
import { SEEDS, shared } from '../../src/testing/seeds.ts'

test('the seeds of the full size — shared — are each played once', () => {
  const played = shared(501, 20_000, 2).flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))
  expect(played).toEqual(Array.from({ length: 19_500 }, (_, i) => 501 + i))
  expect(SEEDS.map(({ title }) => title)).toEqual(['seeds 501 to 10250', 'seeds 10251 to 20000'])
})

test('pieces — of what cannot be divided — differ by one', () => {
  expect(shared(1, 11, 3)).toEqual([
    { first: 1, count: 3 },
    { first: 4, count: 4 },
    { first: 8, count: 4 },
  ])
})
