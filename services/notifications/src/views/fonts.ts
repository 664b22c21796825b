import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkit'

export type Weight = 'regular' | 'bold'

const require = createRequire(import.meta.url)

/** Noto Sans has the Latin, Greek, Cyrillic and Devanagari scripts; DejaVu adds Arabic, Hebrew, Armenian, Georgian and many symbols. */
const FILES: Record<Weight, readonly string[]> = {
  regular: [
    require.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf'),
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  ],
  bold: [
    require.resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf'),
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  ],
}

/** A piece of text that one font can draw. */
export interface Run {
  font: Font
  text: string
}

const opened = new Map<Weight, readonly [Font, ...Font[]]>()

/** Parsed once for the process: opening a font costs more than a whole page drawn with it. */
export function fontsOf(weight: Weight): readonly [Font, ...Font[]] {
  const known = opened.get(weight)
  if (known) return known
  const [first, ...rest] = FILES[weight].map((file) => create(readFileSync(file)))
  if (!first) throw new Error(`no font for ${weight}`)
  const fonts = [first, ...rest] as const
  opened.set(weight, fonts)
  return fonts
}

/**
 * The text in pieces by the first font that has each character; a character that no font has becomes `?`, so that one sees that something stood there.
 * Marks and joiners stay with the letter before them.
 */
function runsOf(text: string, weight: Weight): Run[] {
  const fonts = fontsOf(weight)
  const runs: Run[] = []
  for (const character of text) {
    const last = runs.at(-1)
    if (last && /[\p{M}\p{Cf}\p{Zs}]/u.test(character)) {
      if (canDraw(last.font, character)) last.text += character
      continue
    }
    const font = fonts.find((candidate) => canDraw(candidate, character))
    const drawn = font ? character : '?'
    if (last && last.font === (font ?? fonts[0])) last.text += drawn
    else runs.push({ font: font ?? fonts[0], text: drawn })
  }
  return runs
}

const canDraw = (font: Font, character: string): boolean => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)

const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]/u

/**
 * The pieces of a line in the order in which they are drawn from left to right. The font library turns the letters of a right-to-left word around;
 * the order of the words, and the blanks between them, are left to us. Enough for names; not the whole Unicode bidirectional algorithm.
 */
export function visualRunsOf(line: string, weight: Weight): Run[] {
  if (!RIGHT_TO_LEFT.test(line)) return runsOf(line, weight)
  const [blank] = fontsOf(weight)
  const words = line.trim().split(' ').reverse()
  return words.flatMap((word, i) => [...(i === 0 ? [] : [{ font: blank, text: ' ' }]), ...runsOf(word, weight)])
}
