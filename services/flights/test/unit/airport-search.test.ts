import { Airport } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import { Check } from 'typebox/value'
import { AIRPORTS } from '../../data/airports.ts'
import { AirportIndex } from '../../src/domain/airport-search.ts'

const index = new AirportIndex(AIRPORTS)
const codes = (query: string): string[] => index.find(query).map((airport) => airport.iata)

describe('finding an airport', () => {
  test.each([
    ['DEL', 'DEL'],
    ['lhr', 'LHR'],
    ['Mumbai', 'BOM'],
    ['Bombay', 'BOM'],
    ['bangalore', 'BLR'],
    ['malaga', 'AGP'],
    ['Zurich', 'ZRH'],
    ['ZÜRICH', 'ZRH'],
    ['köln', 'CGN'],
    ['lodz', undefined],
    ['Sao Paulo', 'CGH'],
    ['tromso', 'TOS'],
    ["xi'an", 'XIY'],
    ['heathrow', 'LHR'],
    ['london heathrow', 'LHR'],
    ['kennedy', 'JFK'],
    ['%', undefined],
    ['🛫', undefined],
  ])('%j — typed by a person — finds %s first', (query, code) => {
    expect(codes(query)[0]).toBe(code)
  })

  test('a city with several airports — by its name — finds all of them before names that only contain it', () => {
    expect(codes('london').slice(0, 5).toSorted()).toEqual(['LCY', 'LGW', 'LHR', 'LTN', 'STN'])
  })

  test('a code — that also begins a city — comes first', () => {
    expect(codes('MAN')[0]).toBe('MAN')
  })
})

describe('the airports', () => {
  test('each — as the API shows it — fits the contract and has a zone that the runtime knows', () => {
    for (const { alsoKnownAs: _, ...airport } of AIRPORTS) {
      expect(Check(Airport, airport)).toBe(true)
      expect(() => new Intl.DateTimeFormat('en', { timeZone: airport.timeZone })).not.toThrow()
    }
  })

  test('codes — more than three hundred — are unique', () => {
    expect(AIRPORTS.length).toBeGreaterThan(300)
    expect(new Set(AIRPORTS.map((airport) => airport.iata)).size).toBe(AIRPORTS.length)
  })
})
