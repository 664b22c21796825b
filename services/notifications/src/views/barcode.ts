import bwipjs from 'bwip-js'

/** A square bar code: `size` rows of `size` modules, true is dark. */
export interface BarCode {
  size: number
  isDark(column: number, row: number): boolean
}

/** The last codes made: an e-mail that is sent again, or whose document is made twice, does not pay for them twice. */
const CACHE_MAX = 500
const cache = new Map<string, BarCode>()

/** An Aztec code of the text, the kind that telephones show and gates read (ISO/IEC 24778). */
export function aztecOf(text: string): BarCode {
  const known = cache.get(text)
  if (known) return known
  const [symbol] = bwipjs.raw({ bcid: 'azteccode', text })
  if (!symbol || !('pixs' in symbol)) throw new Error('the bar code is not a matrix')
  const { pixs, pixx } = symbol
  const code: BarCode = { size: pixx, isDark: (column, row) => pixs[row * pixx + column] === 1 }
  if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value ?? '')
  cache.set(text, code)
  return code
}

export interface Bar {
  column: number
  row: number
  length: number
}

/** The dark modules joined along each row: a third of the shapes, and no hairlines between neighbours when a viewer smooths edges. */
export function barsOf(code: BarCode): Bar[] {
  const bars: Bar[] = []
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      if (!code.isDark(column, row)) continue
      const start = column
      while (column + 1 < code.size && code.isDark(column + 1, row)) column++
      bars.push({ column: start, row, length: column - start + 1 })
    }
  }
  return bars
}
