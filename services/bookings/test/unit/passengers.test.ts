import type { CreateBooking, HeldFlight } from '@skyhold/contracts'
import { Refusal } from '@skyhold/platform'
import { describe, expect, test } from 'vitest'
import { comparableName, planPassengers } from '../../src/domain/passengers.ts'

type NewPassenger = CreateBooking['passengers'][number]

const flight = (...designators: string[]): HeldFlight => ({
  flightId: 'flt_1',
  fare: 'ECOLIGHT',
  seats: designators.map((designator) => ({ designator, price: { amountMinor: 100, currency: 'EUR' } })),
})
const adult = (...seats: string[]): NewPassenger => ({ type: 'adult', givenNames: 'Kari', familyName: 'Berg', seats })
const infant: NewPassenger = { type: 'infant', givenNames: 'Liv', familyName: 'Berg' }
const plan = (passengers: NewPassenger[], flights = [flight('1A', '1B')]) => planPassengers(passengers, flights, '2026-06-01')

function pointerOf(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error.options.errors?.[0]?.pointer
    throw error
  }
  return undefined
}

describe('passengers', () => {
  test('a family — with a lap infant — has a seat each, but the infant', () => {
    const planned = plan([adult('1B'), { ...adult('1A'), type: 'child' }, infant])
    expect(planned.map(({ type, seats }) => [type, seats])).toEqual([
      ['adult', ['1B']],
      ['child', ['1A']],
      ['infant', []],
    ])
  })

  test('a name — typed in two forms — is kept in one', () => {
    const [one] = plan([{ ...adult('1A'), familyName: ' Nguye\u0302\u0303n ' }, adult('1B')])
    expect(one?.familyName).toBe('Nguyễn')
  })

  test.each<[string, NewPassenger[], string]>([
    ['a seat that is not the hold’s', [adult('9A'), adult('1B')], '/passengers/0/seats/0'],
    ['a seat given twice', [adult('1A'), adult('1A')], '/passengers/1/seats/0'],
    ['too few seats for the flights', [{ ...adult(), seats: [] }, adult('1B')], '/passengers/0/seats'],
    ['too many seats for the flights', [adult('1A', '1B')], '/passengers/0/seats'],
    ['a seat left over', [adult('1A')], '/passengers'],
    ['an infant with a seat', [adult('1A'), adult('1B'), { ...infant, seats: ['1A'] }], '/passengers/2/seats'],
    ['more infants than adults', [adult('1A'), { ...adult('1B'), type: 'child' }, infant, infant], '/passengers'],
    ['a birth tomorrow', [{ ...adult('1A'), bornOn: '2026-06-02' }, adult('1B')], '/passengers/0/bornOn'],
  ])('passengers — with %s — are refused at the place', (_what, passengers, pointer) => {
    expect(pointerOf(() => plan(passengers))).toBe(pointer)
  })

  test('passengers — over two flights — sit on each of them', () => {
    const two = [flight('1A'), flight('2C')]
    expect(plan([adult('1A', '2C')], two)[0]?.seats).toEqual(['1A', '2C'])
    expect(pointerOf(() => plan([adult('1A', '1A')], two))).toBe('/passengers/0/seats/1')
  })
})

describe('names as agents type them', () => {
  test.each([
    ['Nguyễn', 'NGUYEN'],
    ["O'Brien", 'OBRIEN'],
    ['García-Márquez', 'garcia marquez'],
    ['Sjøberg', 'sjoberg'],
    ['Łoś', 'los'],
    ['Weiß', 'WEISS'],
    ['Þórsdóttir', 'thorsdottir'],
    ['Đặng', 'Dang'],
  ])('%s — compared with %s — is the same', (one, other) => {
    expect(comparableName(one)).toBe(comparableName(other))
  })
  test.each([
    ['Berg', 'Dahl'],
    ['王', '李'],
    ['Иванов', 'Петров'],
  ])('%s — compared with %s — differs', (one, other) => {
    expect(comparableName(one)).not.toBe(comparableName(other))
  })
  test('signs alone — are no name', () => {
    expect(comparableName(" -.'’ ")).toBe('')
  })
})
