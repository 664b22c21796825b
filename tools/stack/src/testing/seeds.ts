import type { Check } from './checks.ts'

/** So many seeds of the simulation are among the tests, from the first on (tests/simulation/seeds.suite.ts). */
export const SEEDS_AMONG_TESTS = 500
/** The last that the full size plays. */
const LAST = 20_000
/** One for each processor of the smallest machine. */
const SHARES = 2

/** The many other seeds of the full size, beside everything else and with what that leaves of the processors. */
export const SEEDS: readonly Check[] = shared(SEEDS_AMONG_TESTS + 1, LAST, SHARES).map(({ first, count }) => ({
  title: `seeds ${first} to ${first + count - 1}`,
  command: 'node',
  args: ['tests/simulation/main.ts', `--seed=${first}`, `--seeds=${count}`, '--in-background'],
}))

/** Numbers from first to last in as many pieces, as equal as can be. */
export function shared(first: number, last: number, pieces: number): { first: number; count: number }[] {
  const all = last - first + 1
  const startOf = (piece: number) => first + Math.floor((all * piece) / pieces)
  return Array.from({ length: pieces }, (_, piece) => ({ first: startOf(piece), count: startOf(piece + 1) - startOf(piece) }))
}
