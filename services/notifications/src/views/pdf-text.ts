import type PDFDocument from 'pdfkit'
import { type Run, visualRunsOf, type Weight } from './fonts.ts'

export type Pdf = InstanceType<typeof PDFDocument>

interface TextStyle {
  size: number
  weight?: Weight
  color?: string
}

export interface TextBox extends TextStyle {
  x: number
  y: number
  width: number
  align?: 'left' | 'right'
}

/** Parsed fonts are taken by pdfkit as they are (it looks for `layout`), which its types do not say. */
const useFont = (doc: Pdf, run: Run, size: number): Pdf => doc.font(run.font as unknown as Buffer).fontSize(size)

/** Draws one line, each piece in a font that has its characters, and shortens it with an ellipsis if it is wider than the box. */
export function drawLine(
  doc: Pdf,
  text: string,
  { x, y, width, size, weight = 'regular', color = '#16243b', align = 'left' }: TextBox,
): void {
  const line = widthOf(doc, text, { size, weight }) <= width ? text : shortened(doc, text, { size, weight, width })
  let at = align === 'right' ? x + width - widthOf(doc, line, { size, weight }) : x
  doc.fillColor(color)
  for (const run of visualRunsOf(line, weight)) {
    useFont(doc, run, size).text(run.text, at, y, { lineBreak: false })
    at += doc.widthOfString(run.text)
  }
}

/** In points, as `drawLine` would draw it. */
function widthOf(doc: Pdf, text: string, { size, weight = 'regular' }: TextStyle): number {
  return visualRunsOf(text, weight).reduce((width, run) => width + useFont(doc, run, size).widthOfString(run.text), 0)
}

function shortened(doc: Pdf, text: string, { width, ...style }: TextStyle & { width: number }): string {
  const characters = Array.from(text)
  let fits = 0
  for (let tooLong = characters.length; tooLong - fits > 1; ) {
    const middle = (fits + tooLong) >> 1
    if (widthOf(doc, `${characters.slice(0, middle).join('')}…`, style) <= width) fits = middle
    else tooLong = middle
  }
  return `${characters.slice(0, fits).join('')}…`
}

export interface Fit {
  width: number
  height: number
  /** Sizes to try, the largest first. */
  sizes: readonly [number, ...number[]]
  weight: Weight
}

/** Lines are so far apart, as a multiple of the size. */
export const LINE_HEIGHT = 1.28

/** The largest size at which the text fits the box, and its lines there. If none does, the smallest, with the last line to be shortened. */
export function fitText(doc: Pdf, text: string, { width, height, sizes, weight }: Fit): { size: number; lines: string[] } {
  for (const size of sizes) {
    const lines = wrapped(doc, text, { size, weight, width })
    if (lines.length * size * LINE_HEIGHT <= height) return { size, lines }
  }
  const size = sizes.at(-1) ?? sizes[0]
  const lines = wrapped(doc, text, { size, weight, width })
  const room = Math.max(1, Math.floor(height / (size * LINE_HEIGHT)))
  return { size, lines: [...lines.slice(0, room - 1), lines.slice(room - 1).join(' ')] }
}

/** Breaks at blanks, and inside a word only if it is wider than the line. */
function wrapped(doc: Pdf, text: string, { width, ...style }: TextStyle & { width: number }): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((whole) => piecesOf(doc, whole, { width, ...style }))) {
    const longer = line ? `${line} ${word}` : word
    if (line && widthOf(doc, longer, style) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return line ? [...lines, line] : lines
}

function piecesOf(doc: Pdf, word: string, { width, ...style }: TextStyle & { width: number }): string[] {
  if (widthOf(doc, word, style) <= width) return [word]
  const pieces: string[] = []
  let piece = ''
  for (const character of word) {
    if (piece && widthOf(doc, piece + character, style) > width) {
      pieces.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...pieces, piece]
}
