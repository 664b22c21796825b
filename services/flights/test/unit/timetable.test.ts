import { describe, expect, test } from 'vitest'
import { AIRCRAFT } from '../../data/aircraft.ts'
import { AIRPORTS } from '../../data/airports.ts'
import { CARRIERS } from '../../data/carriers.ts'
import { TIMETABLE } from '../../data/timetable.ts'
import { distanceKm } from '../../src/domain/distance.ts'
import { datesOf } from '../../src/domain/schedule.ts'

const airport = (iata: string) => {
  const found = AIRPORTS.find((candidate) => candidate.iata === iata)
  if (!found) throw new Error(`no airport ${iata}`)
  return found
}

describe('the demo timetable', () => {
  test('codes — of carriers, aircraft and airports — are all known', () => {
    for (const { carrier, aircraft, between } of TIMETABLE) {
      expect(CARRIERS.map(({ code }) => code)).toContain(carrier)
      expect(AIRCRAFT.map(({ code }) => code)).toContain(aircraft)
      for (const iata of between) expect(airport(iata).iata).toBe(iata)
    }
  })

  test('flight numbers — of a carrier — are unique', () => {
    const numbers = TIMETABLE.flatMap(({ carrier, firstNumber, there, back }) => [
      ...there.at.map((_, i) => `${carrier} ${firstNumber + 2 * i}`),
      ...back.at.map((_, i) => `${carrier} ${firstNumber + 2 * i + 1}`),
    ])
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  test('block minutes — against the distance — are those of the aircraft', () => {
    for (const { aircraft, between, there, back } of TIMETABLE) {
      const km = distanceKm(airport(between[0]), airport(between[1]))
      // Gate to gate: half an hour around the cruise, slower on short hops and on propellers, wind either way.
      const cruiseKmh = { DHC6: 270, AT76: 480 }[aircraft] ?? 860
      const usual = (km / cruiseKmh) * 60 + (aircraft === 'DHC6' ? 10 : 35)
      for (const { blockMinutes } of [there, back]) {
        expect(blockMinutes, `${between.join('-')} of ${km} km`).toBeGreaterThan(usual * 0.75)
        expect(blockMinutes, `${between.join('-')} of ${km} km`).toBeLessThan(usual * 1.45)
      }
    }
  })

  test('times — of departure — are written as a clock shows them', () => {
    for (const { there, back } of TIMETABLE) for (const at of [...there.at, ...back.at]) expect(at).toMatch(/^([01]\d|2[0-3]):[0-5]\d$/)
  })
})

describe('the days of a schedule', () => {
  const horizon = { firstDate: '2026-11-30', days: 14 } // a Monday

  test('every day — within its time — is as many as the horizon', () => {
    expect(datesOf({ daysOfWeek: '1234567', effectiveFrom: '2025-01-01', effectiveTo: null }, horizon)).toHaveLength(14)
  })

  test('some days — by ISO number — are those of the week', () => {
    expect(datesOf({ daysOfWeek: '17', effectiveFrom: '2025-01-01', effectiveTo: null }, horizon)).toEqual([
      '2026-11-30',
      '2026-12-06',
      '2026-12-07',
      '2026-12-13',
    ])
  })

  test('the first and the last day — of its time — are in it', () => {
    expect(datesOf({ daysOfWeek: '1234567', effectiveFrom: '2026-12-02', effectiveTo: '2026-12-04' }, horizon)).toEqual([
      '2026-12-02',
      '2026-12-03',
      '2026-12-04',
    ])
  })
})

test.each([
  ['LHR', 'JFK', 5540],
  ['DEL', 'BOM', 1140],
  ['NRT', 'LAX', 8770],
])('distance — %s to %s — is about %d km', (from, to, km) => {
  expect(Math.abs(distanceKm(airport(from), airport(to)) - km)).toBeLessThan(25)
})
