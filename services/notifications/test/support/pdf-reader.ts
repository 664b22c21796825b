import { inflateSync } from 'node:zlib'

/** The text that a PDF of ours draws, page after page in the order of drawing: glyphs read back through each font's ToUnicode map. */
export function textOfPdf(pdf: Buffer): string {
  const objects = objectsOf(pdf)
  const fonts = fontsOf(objects)
  return [...objects.values()]
    .filter(({ stream }) => stream !== null && /\bBT\b/.test(stream))
    .map(({ stream }) => drawnText(stream ?? '', fonts))
    .join('\n')
}

interface PdfObject {
  head: string
  stream: string | null
}

function objectsOf(pdf: Buffer): Map<string, PdfObject> {
  const objects = new Map<string, PdfObject>()
  const text = pdf.toString('latin1')
  for (const match of text.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const body = match[2] ?? ''
    const start = body.indexOf('\nstream\n')
    const head = start < 0 ? body : body.slice(0, start)
    const raw = start < 0 ? null : Buffer.from(body.slice(start + 8, body.lastIndexOf('\nendstream')), 'latin1')
    const isFontFile = /\/Length1\b|FontFile/.test(head)
    objects.set(match[1] ?? '', { head, stream: raw === null || isFontFile ? null : decoded(head, raw) })
  }
  return objects
}

const decoded = (head: string, raw: Buffer): string => (head.includes('FlateDecode') ? inflateSync(raw) : raw).toString('latin1')

/** Maps from glyph to text by the names that pages give their fonts. */
function fontsOf(objects: Map<string, PdfObject>): Map<string, Map<number, string>> {
  const fonts = new Map<string, Map<number, string>>()
  for (const { head } of objects.values()) {
    for (const [, name, id] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const cmap = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id ?? '')?.head ?? '')?.[1]
      fonts.set(name ?? '', glyphMap(objects.get(cmap ?? '')?.stream ?? ''))
    }
  }
  return fonts
}

function glyphMap(cmap: string): Map<number, string> {
  const map = new Map<number, string>()
  for (const [, first, list] of cmap.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
    const texts = [...(list ?? '').matchAll(/<([0-9a-f ]*)>/g)].map(([, hex]) =>
      Buffer.from((hex ?? '').replaceAll(' ', ''), 'hex')
        .swap16()
        .toString('utf16le'),
    )
    for (const [i, text] of texts.entries()) map.set(Number.parseInt(first ?? '0', 16) + i, text)
  }
  return map
}

/** One line for each text object; marks that stand above their letter are drawn by instructions of their own. */
function drawnText(content: string, fonts: Map<string, Map<number, string>>): string {
  const blocks = [...content.matchAll(/\bBT\b([\s\S]*?)\bET\b/g)].map((match) => match[1] ?? '')
  return blocks
    .map((block) => {
      const font = fonts.get(/\/(F\d+) [\d.]+ Tf/.exec(block)?.[1] ?? '')
      const hex = [...block.matchAll(/\[((?:<[0-9a-f]*>|[-\d. ])*)\] TJ/g)]
        .map((match) => (match[1] ?? '').replace(/[^<>0-9a-f]*(?:<([0-9a-f]*)>|[-\d.]+)/g, '$1'))
        .join('')
      return (hex.match(/.{4}/g) ?? []).map((glyph) => font?.get(Number.parseInt(glyph, 16)) ?? '').join('')
    })
    .join('\n')
}
