import { expect, test } from 'vitest'
import { calendarOf, flightUid } from '../../src/views/calendar.ts'
import { bookingFacts } from '../support/sample-events.ts'

const options = { state: 'booked', sequence: 3, stamp: new Date('2026-11-20T08:30:00Z'), publicUrl: 'https://fly.example' } as const

/** Lines as RFC 5545 means them, unfolded, by entry. */
function entriesOf(file: string): Map<string, string>[] {
  const [, ...entries] = file.replaceAll('\r\n ', '').split('BEGIN:VEVENT')
  return entries.map((entry) => new Map(entry.split('\r\n').map((line) => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1)])))
}

test('calendar — flights with local times in three zones — has them in UTC', () => {
  const [first, second] = entriesOf(calendarOf(bookingFacts(), options))
  expect([first?.get('DTSTART'), first?.get('DTEND')]).toEqual(['20261231T171000Z', '20270101T035000Z'])
  expect([second?.get('DTSTART'), second?.get('DTEND')]).toEqual(['20270101T091500Z', '20270101T170500Z'])
})

test('calendar — a later file of the same booking — has the same identifiers and a higher sequence', () => {
  const facts = bookingFacts()
  const before = entriesOf(calendarOf(facts, options))
  const after = entriesOf(calendarOf(facts, { ...options, state: 'cancelled', sequence: 4 }))
  expect(after.map((entry) => entry.get('UID'))).toEqual(before.map((entry) => entry.get('UID')))
  expect(before[0]?.get('UID')).toBe(flightUid(facts.bookingId, facts.flights[0]?.flight.id ?? ''))
  expect([before[0]?.get('SEQUENCE'), after[0]?.get('SEQUENCE')]).toEqual(['3', '4'])
  expect(after[0]?.get('STATUS')).toBe('CANCELLED')
})

test('calendar — a name with a line break and a property — cannot add one', () => {
  const facts = bookingFacts()
  for (const passenger of facts.passengers) passenger.familyName = 'X\r\nATTENDEE:mailto:a@example.com'
  const [entry] = entriesOf(calendarOf(facts, options))
  expect(entry?.has('ATTENDEE')).toBe(false)
  expect(entry?.get('DESCRIPTION')).toContain('Seán X ATTENDEE')
})

test('calendar — every line — ends with CR LF and has at most 75 octets', () => {
  const file = calendarOf(bookingFacts(), options)
  expect(file.endsWith('END:VCALENDAR\r\n') || file.endsWith('END:VCALENDAR')).toBe(true)
  for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
})
