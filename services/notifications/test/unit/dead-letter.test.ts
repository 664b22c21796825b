import { expect, test } from 'vitest'
import { keptLetterOf, letterIdOf } from '../../src/domain/dead-letter.ts'

const letter = { queue: 'notifications.mail', body: '{}', reason: 'Error: no', attempts: 4, traceparent: null, replayOf: null }

test('the id of a letter — the same message again — is the same; another queue, body or replay makes another', () => {
  const id = letterIdOf(letter)
  expect(id).toMatch(/^dlt_[0-9a-f]{40}$/)
  expect(letterIdOf({ ...letter })).toBe(id)
  const others = [{ queue: 'bookings.flights' }, { body: '{ }' }, { replayOf: id }].map((change) => letterIdOf({ ...letter, ...change }))
  expect(new Set([id, ...others]).size).toBe(4)
})

test('a letter — with a huge reason, a strange trace, half a character — fits its row', () => {
  const kept = keptLetterOf({ ...letter, reason: '✈️'.repeat(500), traceparent: 'ü\n', body: 'half \ud800' }, 7)
  expect(Array.from(kept.error)).toHaveLength(500)
  expect(kept).toMatchObject({ traceparent: null, payload: 'half \ufffd', deadAtMs: 7, eventId: null, type: null, status: 'open' })
})

test('a letter — of an event — knows its id and type', () => {
  const body = JSON.stringify({ eventId: 'evt_1', type: 'booking.expired', data: {} })
  expect(keptLetterOf({ ...letter, body }, 1)).toMatchObject({ eventId: 'evt_1', type: 'booking.expired' })
})
