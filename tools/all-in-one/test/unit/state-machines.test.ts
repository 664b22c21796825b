import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { stateMachines } from '../../scripts/state-machines.ts'

test('docs/state-machines.md — the declared transitions — are told exactly (node tools/all-in-one/scripts/state-machines.ts writes it)', () => {
  expect(readFileSync(new URL('../../../../docs/state-machines.md', import.meta.url), 'utf8')).toBe(stateMachines())
})

test('state diagram — one that is left and one that is not — has the arrows of both', () => {
  const text = stateMachines([{ title: 'Door', initial: 'open', graph: { open: ['shut'], shut: [] }, says: 'A door.' }])
  expect(text).toContain('    [*] --> open\n    open --> shut\n    shut --> [*]\n')
})
