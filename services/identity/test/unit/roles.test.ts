import { expect, test } from 'vitest'
import { losesStaffRole, sortedRoles } from '../../src/domain/roles.ts'

test('roles — in any order — read in one order', () => {
  expect(sortedRoles(['admin', 'customer'])).toEqual(['customer', 'admin'])
})

test.each([
  [['customer', 'agent'], ['customer'], true],
  [['admin', 'agent'], ['agent'], true],
  [['customer'], ['agent'], false],
  [['customer', 'agent'], ['agent'], false],
  [['customer'], ['customer', 'admin'], false],
] as const)('a change of roles — from %j to %j — loses a staff role: %s', (before, after, isLost) => {
  expect(losesStaffRole({ before, after })).toBe(isLost)
})
