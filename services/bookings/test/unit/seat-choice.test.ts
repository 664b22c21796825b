import { seatsOf } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import { chooseSeats } from '../../src/domain/seat-choice.ts'

const SEATS = seatsOf({ cabins: [{ cabin: 'economy', columns: 'ABC DEF', firstRow: 1, lastRow: 4 }] })

function choose(count: number, { taken = [], beside = [] }: { taken?: string[]; beside?: string[] } = {}) {
  return chooseSeats(SEATS, {
    count,
    beside: SEATS.filter(({ designator }) => beside.includes(designator)),
    isFree: (designator) => !taken.includes(designator),
  })
}
const row = (number: number, columns = 'ABCDEF') => [...columns].map((column) => `${number}${column}`)

describe('free choice', () => {
  test.each([
    ['an empty cabin', 3, [], ['1A', '1B', '1C']],
    ['a first row without three together', 3, ['1C', '1D'], ['2A', '2B', '2C']],
    ['a party larger than a row', 8, [], [...row(1), '2A', '2B']],
    ['no room together', 2, [...row(1), '2B', ...row(2, 'CDEF'), ...row(3), ...row(4, 'ABCDE')], ['2A', '4F']],
    ['nobody to seat', 0, [], []],
  ])('seats — in %s — lie together if they can', (_where, count, taken, chosen) => {
    expect(choose(count, { taken })).toEqual(chosen)
  })

  test('seats — more than are free — are none at all', () => {
    expect(choose(3, { taken: [...row(1), ...row(2), ...row(3), ...row(4, 'ABCD')] })).toBeNull()
  })
})

describe('choice beside named seats', () => {
  test.each([
    ['in the middle of a block', ['3E'], 2, [], ['3D', '3F']],
    ['at the window', ['3A'], 2, [], ['3B', '3C']],
    ['with a taken neighbour', ['3B'], 1, ['3A'], ['3C']],
    ['with its block taken', ['3A'], 1, ['3B', '3C'], ['3D']],
    ['with its row taken', ['3C'], 1, row(3, 'ABDEF'), ['2C']],
    ['with others between which one is missing', ['2A', '2C'], 1, [], ['2B']],
  ])('seats — beside one %s — are the nearest', (_where, beside, count, taken, chosen) => {
    expect(choose(count, { beside, taken })).toEqual(chosen)
  })

  test('a named seat — counts as free though another has it by now — is not chosen again', () => {
    expect(choose(1, { beside: ['1A'] })).toEqual(['1B'])
  })
})
