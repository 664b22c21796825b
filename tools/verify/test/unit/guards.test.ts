import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GUARDS } from '../../src/options.ts'

test('docs/guards.md — the names in its last column — are the guards that verify can take away', () => {
  const text = readFileSync(new URL('../../../../docs/guards.md', import.meta.url), 'utf8')
  const cells = text.split('\n').flatMap((line) => (line.startsWith('| ') ? (line.split('|').at(-2) ?? '') : []))
  // The first is the heading.
  const names = cells.slice(1).flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(new Set(names)).toEqual(new Set(GUARDS))
})
