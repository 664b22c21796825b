import { describe, expect, test } from 'vitest'
import { bindValues, type SqlValues, writeValues } from '../../src/database/sql-text.ts'

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

  test('what is bound — is what the statement names, by numbers, and nothing that is only said', () => {
    const sql = "SELECT ':text', :a, :b::x, :a -- :comment"
    const bound = bindValues(sql, { a: true, b: null, text: 2, comment: 3 })
    expect(bound).toEqual({ text: "SELECT ':text', :v1, :v2::x, :v3 -- :comment", bind: { v1: true, v2: null, v3: true } })
    expect(() => bindValues(sql, { a: 1 })).toThrow(':b has no value')
  })

  test('statements of one shape — bound — are one text, whatever their values', () => {
    const sql = 'INSERT INTO t VALUES :rows RETURNING (:id) IN (:ids)'
    const bound = (rows: SqlValues['rows'], ids: number[]) => bindValues(sql, { rows, id: 0, ids })
    const first = bound(
      [
        [1, 'a'],
        [2, Buffer.from([1])],
      ],
      [7, 8],
    )
    expect(first?.text).toBe('INSERT INTO t VALUES (:v1, :v2), (:v3, :v4) RETURNING (:v5) IN (:v6, :v7)')
    expect(first?.bind).toEqual({ v1: 1, v2: 'a', v3: 2, v4: Buffer.from([1]), v5: 0, v6: 7, v7: 8 })
    expect(
      bound(
        [
          [3, null],
          [4, ':v1'],
        ],
        [9, 10],
      )?.text,
    ).toBe(first?.text)
  })

  test.each([
    ['in one list', { a: 1, b: Array.from({ length: 40 }, (_, i) => i) }],
    ['in a list of lists', { a: 1, b: Array.from({ length: 20 }, (_, i) => [i, i]) }],
  ])('values — too many of them, %s — are written', (_, values) => {
    expect(bindValues('SELECT :a IN (:b)', values)).toBeNull()
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
    expect(() => bindValues('SELECT :v', { v: value } as SqlValues)).toThrow(reason)
  })

  test('a name without a value — also one that every object has — is refused', () => {
    expect(() => write('SELECT :missing', {})).toThrow(':missing has no value')
    expect(() => write('SELECT :constructor', {})).toThrow(':constructor has no value')
  })
})
