import { describe, expect, test } from 'vitest'
import { LocalTimeError, isDate, momentAt, readMoment, timetableMoment } from '../../src/domain/zones.ts'

const faultOf = (written: string, zone: string): string => {
  try {
    readMoment(written, zone)
  } catch (error) {
    if (error instanceof LocalTimeError) return error.fault
    throw error
  }
  return 'none'
}

describe('a time as it is written', () => {
  test('local time — an ordinary day — has the offset of the zone', () => {
    expect(readMoment('2026-12-01T08:30', 'Asia/Kolkata')).toEqual({
      utcMs: Date.parse('2026-12-01T03:00:00Z'),
      local: '2026-12-01T08:30:00+05:30',
      localDate: '2026-12-01',
    })
  })

  test.each([
    ['2027-03-28T01:30', 'Europe/London'],
    ['2027-03-14T02:15', 'America/New_York'],
    ['2027-03-14T02:59:59', 'America/New_York'],
  ])('local time — %s is skipped in %s in spring — is refused', (written, zone) => {
    expect(faultOf(written, zone)).toBe('nonexistent')
  })

  test.each([
    ['2026-10-25T01:30', 'Europe/London', '2026-10-25T01:30:00+01:00'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T01:30:00-04:00'],
  ])('local time — %s comes twice in %s in autumn — is the first', (written, zone, local) => {
    expect(readMoment(written, zone).local).toBe(local)
  })

  test('with an offset — the second of a repeated hour — is taken as written', () => {
    const second = readMoment('2026-10-25T01:30:00+00:00', 'Europe/London')
    expect(second.utcMs).toBe(Date.parse('2026-10-25T01:30:00Z'))
  })

  test('with an offset — one that the zone does not have then — is refused, also for a skipped time', () => {
    expect(faultOf('2026-12-01T08:30+02:00', 'Asia/Kolkata')).toBe('wrong_offset')
    expect(faultOf('2027-03-28T01:30+00:00', 'Europe/London')).toBe('wrong_offset')
  })

  test('in UTC — any zone — is the same instant', () => {
    expect(readMoment('2026-12-01T03:00:00Z', 'Asia/Kolkata').local).toBe('2026-12-01T08:30:00+05:30')
  })

  test.each(['2026-02-30T08:30', '2026-12-01T25:00', '2026-12-01', 'tomorrow', '2026-12-01T08:30[Asia/Kolkata]', ''])(
    '%j — not a time — is refused',
    (written) => {
      expect(faultOf(written, 'Asia/Kolkata')).toBe('malformed')
    },
  )
})

describe('a departure of the timetable', () => {
  test('skipped time — clocks go forward — moves by the hour that is skipped', () => {
    expect(timetableMoment('2027-03-28', '01:30', 'Europe/London').local).toBe('2027-03-28T02:30:00+01:00')
  })

  test('same local time — before and after the change of clocks — keeps its hour and changes its offset', () => {
    expect(timetableMoment('2026-10-24', '08:25', 'Europe/London').local).toBe('2026-10-24T08:25:00+01:00')
    expect(timetableMoment('2026-10-26', '08:25', 'Europe/London').local).toBe('2026-10-26T08:25:00+00:00')
  })
})

describe('LHR to JFK', () => {
  // Between the two changes of clocks in autumn and in spring, New York is four hours behind London instead of five.
  test.each([
    ['2026-07-01', '2026-07-01T11:30:00-04:00'],
    ['2026-10-28', '2026-10-28T12:30:00-04:00'],
    ['2026-12-01', '2026-12-01T11:30:00-05:00'],
    ['2027-03-20', '2027-03-20T12:30:00-04:00'],
  ])('485 minutes — on %s — arrive at %s', (date, arrival) => {
    const departure = timetableMoment(date, '08:25', 'Europe/London')
    expect(momentAt(departure.utcMs + 485 * 60_000, 'America/New_York').local).toBe(arrival)
  })

  test('a flight over the night — the change of clocks while it flies — still takes its minutes', () => {
    const departure = timetableMoment('2027-03-27', '22:05', 'America/New_York')
    expect(momentAt(departure.utcMs + 415 * 60_000, 'Europe/London').local).toBe('2027-03-28T10:00:00+01:00')
  })

  test('the date line — Tokyo to Los Angeles — arrives before it left by the clock', () => {
    const departure = timetableMoment('2026-12-01', '17:05', 'Asia/Tokyo')
    expect(momentAt(departure.utcMs + 600 * 60_000, 'America/Los_Angeles').local).toBe('2026-12-01T10:05:00-08:00')
  })
})

test('a date — only days of the calendar — are dates', () => {
  expect(['2026-12-01', '2028-02-29'].every(isDate)).toBe(true)
  expect(['2026-02-29', '2026-13-01', '2026-1-1', '', '20261201'].some(isDate)).toBe(false)
})
