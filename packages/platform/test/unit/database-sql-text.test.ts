import { describe, expect, test } from 'vitest'
import { boundValues, type SqlValues, writeValues } from '../../src/database/sql-text.ts'

const write = (sql: string, values: SqlValues): string => writeValues(sql, values, (text) => `'${text.replaceAll("'", "''")}'`)

describe('values in SQL', () => {
  test('a name — whatever stands beside it — is replaced', () => {
    expect(write('a<:n AND b<=:n+1 AND (c)=-:n AND d IN(:n)', { n: 5 })).toBe('a<5 AND b<=5+1 AND (c)=-5 AND d IN(5)')
  })

  test('a colon — in texts, identifiers and comments — is left alone', () => {
    const sql = "SELECT ':n', ':n''s', `:n`, \":n\" -- :n\n/* :n */ FROM t WHERE at > '12:30:n'"
    expect(write(sql, {})).toBe(sql)
  })

  test('lists and lists of lists — written as SQL has them', () => {
    expect(
      write('IN (:ids) VALUES :rows', {
        ids: [1, 'b'],
        rows: [
          [1, null],
          [2, 'x'],
        ],
      }),
    ).toBe("IN (1, 'b') VALUES (1, NULL), (2, 'x')")
  })

  test('a value that looks like a name — is not read again', () => {
    expect(write('SELECT :a, :b', { a: ':b', b: "'; DROP" })).toBe("SELECT ':b', '''; DROP'")
  })

  test('booleans, big integers and bytes — written the same for every database', () => {
    expect(write(':a :b :c', { a: true, b: 9_007_199_254_740_993n, c: Buffer.from([1, 255]) })).toBe("1 9007199254740993 X'01ff'")
  })

  test('what is bound — is what the statement names, and nothing that is only said', () => {
    const sql = "SELECT ':text', :a, :b::x, :a -- :comment"
    expect(boundValues(sql, { a: 1, b: null, text: 2, comment: 3, more: [1] })).toEqual({ a: 1, b: null })
    expect(boundValues(sql, { a: true, b: Buffer.from([1]) })).toEqual({ a: true, b: Buffer.from([1]) })
    expect(() => boundValues(sql, { a: 1 })).toThrow(':b has no value')
  })

  test.each([['a list', [1, 2]] as const, ['a big integer', 1n] as const])('a statement — with %s — is not bound', (_, value) => {
    expect(boundValues('SELECT :a, :b', { a: 1, b: value })).toBeNull()
  })

  const refused: [string, unknown, RegExp][] = [
    ['a Date', new Date(0), /Date/],
    ['a Date in a list', [new Date(0)], /Date/],
    ['an empty list', [], /empty list/],
    ['an empty list in a list', [[]], /empty list/],
    ['not a number', Number.NaN, /no number/],
    ['infinity', Number.POSITIVE_INFINITY, /no number/],
    ['undefined', undefined, /no value/],
    ['undefined in a list', [undefined], /undefined/],
    ['an object', { toString: () => '1' }, /object/],
    ['a text with NUL', 'a\0b', /NUL/],
  ]
  test.each(refused)('%s — as a value — is refused loudly', (_, value, reason) => {
    expect(() => write('SELECT :v', { v: value } as SqlValues)).toThrow(reason)
    if (!Array.isArray(value)) expect(() => boundValues('SELECT :v', { v: value } as SqlValues)).toThrow(reason)
  })

  test('a name without a value — also one that every object has — is refused', () => {
    expect(() => write('SELECT :missing', {})).toThrow(':missing has no value')
    expect(() => write('SELECT :constructor', {})).toThrow(':constructor has no value')
  })
})
