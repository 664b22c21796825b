import { FLIGHT_STATUSES } from '@skyhold/contracts'
import { expect, test } from 'vitest'
import { canBecome, FLIGHT_TRANSITIONS } from '../../src/domain/status.ts'

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
