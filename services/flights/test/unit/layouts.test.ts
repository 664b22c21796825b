import { Layout, seatsOf, SeatDesignator, type Cabin } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import { Check } from 'typebox/value'
import { AIRCRAFT } from '../../data/aircraft.ts'

/** Seats by cabin as the comment on each aircraft says. */
const SEATS: Record<string, Partial<Record<Cabin, number>>> = {
  A20N: { business: 12, economy: 150 },
  A20H: { economy: 186 },
  A21N: { business: 12, premium_economy: 24, economy: 152 },
  AT76: { economy: 70 },
  B789: { business: 30, premium_economy: 21, economy: 248 },
  B77W: { first: 8, business: 64, premium_economy: 24, economy: 116 },
  DHC6: { economy: 18 },
}

describe.each(AIRCRAFT)('layout of $code', ({ code, layout }) => {
  const seats = seatsOf(layout)

  test('cabins — counted — have the seats that they should', () => {
    const counts: Partial<Record<Cabin, number>> = {}
    for (const seat of seats) counts[seat.cabin] = (counts[seat.cabin] ?? 0) + 1
    expect(counts).toEqual(SEATS[code])
  })

  test('designators — all of them — are unique and well formed', () => {
    expect(new Set(seats.map((seat) => seat.designator)).size).toBe(seats.length)
    expect(seats.every((seat) => Check(SeatDesignator, seat.designator))).toBe(true)
  })

  test('missing seats and rows with features — each — are places that the cabin would have', () => {
    expect(Check(Layout, layout)).toBe(true)
    for (const cabin of layout.cabins) {
      for (const missing of cabin.missingSeats ?? []) {
        expect(seats.map((seat) => seat.designator)).not.toContain(missing)
        expect(cabin.columns).toContain(missing.at(-1))
      }
      for (const { rows } of cabin.rowFeatures ?? []) {
        for (const row of rows) expect(seats.some((seat) => seat.row === row && seat.cabin === cabin.cabin)).toBe(true)
      }
    }
  })
})

test('A320neo — the rows at the overwing exits — have room for the legs and the row ahead does not recline', () => {
  const seats = seatsOf(AIRCRAFT.find((aircraft) => aircraft.code === 'A20H')?.layout ?? { cabins: [] })
  expect(seats.find((seat) => seat.designator === '12A')?.features).toEqual(['window', 'exit_row', 'extra_legroom'])
  expect(seats.find((seat) => seat.designator === '13E')?.features).toEqual(['middle', 'exit_row', 'extra_legroom'])
  expect(seats.find((seat) => seat.designator === '11C')?.features).toEqual(['aisle', 'limited_recline'])
})
