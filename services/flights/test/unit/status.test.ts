import { FLIGHT_STATUSES } from '@skyhold/contracts'
import { expect, test } from 'vitest'
import { canBecome, FLIGHT_TRANSITIONS, statusByTime, stepsBetween } from '../../src/domain/status.ts'

test('transitions — of every state — are those of the state diagram', () => {
  expect(FLIGHT_TRANSITIONS).toEqual({
    scheduled: ['delayed', 'boarding', 'cancelled'],
    delayed: ['scheduled', 'boarding', 'cancelled'],
    boarding: ['delayed', 'departed', 'cancelled'],
    departed: ['arrived'],
    arrived: [],
    cancelled: [],
  })
})

test('a state — to itself — is no transition and always possible', () => {
  for (const status of FLIGHT_STATUSES) expect(canBecome(status, status)).toBe(true)
  expect(canBecome('departed', 'scheduled')).toBe(false)
})

test.each([
  ['scheduled', 'departed', ['boarding', 'departed']],
  ['delayed', 'arrived', ['boarding', 'departed', 'arrived']],
  ['boarding', 'departed', ['departed']],
  ['departed', 'departed', []],
  ['cancelled', 'arrived', null],
  ['arrived', 'scheduled', null],
] as const)('the way — from %s to %s — is %j', (from, to, way) => {
  expect(stepsBetween(from, to)).toEqual(way)
})

test.each([
  ['scheduled', 9, null],
  ['scheduled', 10, 'departed'],
  ['delayed', 19, 'departed'],
  ['boarding', 20, 'arrived'],
  ['departed', 19, null],
  ['departed', 20, 'arrived'],
  ['arrived', 30, null],
  ['cancelled', 30, null],
] as const)('a flight from 10 to 20 — that is %s at %i — becomes %s', (status, nowMs, becomes) => {
  expect(statusByTime({ status, departsAtUtcMs: 10, arrivesAtUtcMs: 20 }, nowMs)).toBe(becomes)
})
