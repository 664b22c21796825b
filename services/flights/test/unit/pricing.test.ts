import { FareState, minorDigits } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import { Check } from 'typebox/value'
import { AIRCRAFT } from '../../data/aircraft.ts'
import { CARRIERS } from '../../data/carriers.ts'
import { comparablePrice, departureFares, routeFares, routeSurcharges } from '../../src/domain/pricing.ts'

const layout = AIRCRAFT.find((aircraft) => aircraft.code === 'B77W')?.layout ?? { cabins: [] }
const price = (fares: FareState[], code: string): number => fares.find((fare) => fare.code === code)?.price.amountMinor ?? Number.NaN

describe.each(CARRIERS.map((carrier) => carrier.currency))('fares in %s', (currency) => {
  const fares = routeFares({ distanceKm: 1150, currency, layout })

  test('a route — priced twice — costs the same', () => {
    expect(routeFares({ distanceKm: 1150, currency, layout })).toEqual(fares)
  })

  test('every fare — as events carry it — fits the contract and is in the currency', () => {
    for (const fare of fares) {
      expect(Check(FareState, fare)).toBe(true)
      expect(fare.price.currency).toBe(currency)
    }
  })

  test('brands — from Saver to First — cost more the more they give', () => {
    const amounts = fares.map((fare) => fare.price.amountMinor)
    expect(amounts).toEqual(amounts.toSorted((a, b) => a - b))
    expect(new Set(amounts).size).toBe(amounts.length)
  })

  test('prices — by ISO 4217 — are round for people', () => {
    const unit = 10 ** minorDigits(currency)
    for (const fare of fares) expect(fare.price.amountMinor % (unit / 2)).toBe(0)
  })

  test('a short route — of ten kilometres — is not free', () => {
    expect(Math.min(...routeFares({ distanceKm: 10, currency, layout }).map((fare) => fare.price.amountMinor))).toBeGreaterThan(0)
  })

  test('extra legroom — a tenth of the lowest fare — costs something', () => {
    const [surcharge] = routeSurcharges(fares, currency)
    expect(surcharge?.feature).toBe('extra_legroom')
    expect(surcharge?.amountMinor).toBeGreaterThan(0)
    expect(surcharge?.amountMinor).toBeLessThan(price(fares, 'SAVER'))
  })
})

test('a departure — Friday evening against Tuesday night — costs more', () => {
  const fares = routeFares({ distanceKm: 5540, currency: 'GBP', layout })
  const friday = departureFares(fares, { localDate: '2026-12-04', localTime: '18:00' })
  const tuesday = departureFares(fares, { localDate: '2026-12-01', localTime: '23:00' })
  expect(price(friday, 'SAVER')).toBeGreaterThan(price(tuesday, 'SAVER'))
  expect(departureFares(fares, { localDate: '2026-12-04', localTime: '18:00' })).toEqual(friday)
})

test('prices of different currencies — for sorting — are compared by worth, not by number', () => {
  const yen = comparablePrice({ amountMinor: 15_000, currency: 'JPY' })
  const dollars = comparablePrice({ amountMinor: 15_000, currency: 'USD' })
  const dinars = comparablePrice({ amountMinor: 60_000, currency: 'KWD' })
  expect(yen).toBeLessThan(dollars)
  expect(dinars).toBeGreaterThan(dollars)
})
