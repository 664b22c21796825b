import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { permissionsDocument } from '../../scripts/permissions.ts'
import { may, PERMISSIONS, rolesWith, type Permission } from '../../src/permissions.ts'

const NAMES = Object.keys(PERMISSIONS) as Permission[]

test('docs/permissions.md — the table of permissions — is told exactly (node packages/contracts/scripts/permissions.ts writes it)', () => {
  expect(readFileSync(new URL('../../../../docs/permissions.md', import.meta.url), 'utf8')).toBe(permissionsDocument())
})

test('permissions — an administrator — has every one', () => {
  expect(NAMES.filter((name) => !may(['admin'], name))).toEqual([])
})

test('permissions — a customer — has only what is his own', () => {
  expect(NAMES.filter((name) => may(['customer'], name))).toEqual(['account.own', 'bookings.own', 'notifications.own'])
})

test('permissions — without a role — are none', () => {
  expect(NAMES.filter((name) => may([], name))).toEqual([])
})

test('may — with several roles — asks whether one of them has it', () => {
  expect(may(['customer', 'agent'], 'bookings.all')).toBe(true)
  expect(may(['customer', 'agent'], 'refunds.make')).toBe(false)
  expect(rolesWith('disputes.read')).toEqual(['agent', 'admin'])
})
