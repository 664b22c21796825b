import { describe, expect, test } from 'vitest'
import { bcbpName, bcbpOf } from '../../src/domain/bcbp.ts'
import { aztecOf, barsOf } from '../../src/views/barcode.ts'
import { localTime } from '../../src/views/times.ts'
import { bookingFacts } from '../support/sample-events.ts'
import { scanned } from '../support/scanner.ts'

function sampleText(seat: string | null = '12A'): string {
  const { flights, passengers } = bookingFacts()
  const [booked] = flights
  const [passenger] = passengers
  if (!booked || !passenger) throw new Error('the sample has a flight and a passenger')
  const { dayOfYear } = localTime(booked.flight.departsAt)
  return bcbpOf({ passenger, reference: 'BC2D9F', flight: booked.flight, dayOfYear, seat })
}

describe('bar code text', () => {
  test('a passenger with a seat — has the sixty characters of resolution 792, field by field', () => {
    expect(sampleText()).toBe('M1OBRIEN/SEAN         EBC2D9F BLRLHRSK 0201 365 012A0000 000'.replaceAll("'", ''))
    expect(sampleText()).toHaveLength(60)
  })

  test('an infant on a lap — has INF for a seat', () => {
    expect(sampleText(null).slice(48, 52)).toBe('INF ')
  })

  test('a seat of row 112 — fills the field', () => {
    expect(sampleText('112K').slice(48, 52)).toBe('112K')
  })

  test.each([
    ['Nguyễn', 'Thị Hồng', 'NGUYEN/THI HONG'],
    ['Großmann-Łukasz', 'Øyvind', 'GROSSMANNLUKASZ/OEYV'],
    ['王', '小明', 'XX'],
    ['O’Neill', '', 'ONEILL'],
    ['W'.repeat(200), 'Anna', `${'W'.repeat(18)}/A`],
  ])('name %s, %s — becomes %s', (familyName, givenNames, expected) => {
    expect(bcbpName({ familyName, givenNames })).toBe(expected)
  })
})

describe('Aztec code', () => {
  test('drawn as modules — a scanner reads the text back', async () => {
    await expect(scanned(aztecOf(sampleText()))).resolves.toBe(sampleText())
  })

  test('with its rows upside down in part — a scanner reads nothing, so the test above can fail', async () => {
    const code = aztecOf(sampleText())
    const broken = { size: code.size, isDark: (column: number, row: number) => code.isDark(column, row < 20 ? 19 - row : row) }
    await expect(scanned(broken)).resolves.toBeNull()
  })

  test('joined into bars — covers every dark module and no other', () => {
    const code = aztecOf(sampleText())
    const covered = new Set(barsOf(code).flatMap(({ column, row, length }) => Array.from({ length }, (_, i) => `${column + i},${row}`)))
    const modules = Array.from({ length: code.size ** 2 }, (_, i) => [i % code.size, Math.floor(i / code.size)] as const)
    expect(modules.filter(([column, row]) => code.isDark(column, row)).map(([column, row]) => `${column},${row}`)).toEqual(
      expect.arrayContaining([...covered]),
    )
    expect(covered.size).toBe(modules.filter(([column, row]) => code.isDark(column, row)).length)
  })
})
