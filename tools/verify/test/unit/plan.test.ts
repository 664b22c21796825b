import { expect, test } from 'vitest'
import { planFaults } from '../../src/plan/faults.ts'
import { planJourney, WANTED_SEATS } from '../../src/plan/journey.ts'
import { Random } from '../../src/plan/random.ts'

const journeys = (seed: string, count: number) => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => planJourney(random, { flights: 4 }))
}

test('plan — the same seed — is the same, and another is another', () => {
  expect(journeys('a', 50)).toEqual(journeys('a', 50))
  expect(journeys('a', 50)).not.toEqual(journeys('b', 50))
  const faults = (seed: string) => planFaults(seed, { lane: 'links', forMs: 60_000 })
  expect(faults('a')).toEqual(faults('a'))
  expect(faults('a')).not.toEqual(faults('b'))
})

test('journeys — a thousand — ask for seats that there are, each once, and try every card and every kind of repeat', () => {
  const many = journeys('seed', 1000)
  for (const { flights } of many) {
    expect(new Set(flights.map(({ flight }) => flight)).size).toBe(flights.length)
    for (const { seats } of flights) {
      const named = seats.filter((seat) => seat !== null)
      expect(new Set(named).size).toBe(named.length)
      expect(named.every((seat) => seat >= 0 && seat < WANTED_SEATS)).toBe(true)
    }
  }
  expect(new Set(many.map(({ kind }) => kind)).size).toBe(6)
  expect(many.some(({ dawdles }) => dawdles)).toBe(true)
  expect(new Set(many.flatMap(({ cards }) => cards)).size).toBe(21)
  expect(new Set(many.flatMap(({ repeats }) => Object.values(repeats))).size).toBe(5)
})

test('faults — of ten minutes — fall within the time, and have every kind', () => {
  const forMs = 600_000
  const plan = (['processes', 'links'] as const).flatMap((lane) => planFaults('seed', { lane, forMs }))
  expect(plan.every(({ atMs }) => atMs > 0 && atMs < forMs)).toBe(true)
  expect(new Set(plan.map(({ fault }) => fault.kind)).size).toBe(14)
})
