import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { prepareZXingModule, readBarcodes, type ReadInputBarcodeFormat } from 'zxing-wasm/reader'
import type { BarCode } from '../../src/views/barcode.ts'

const require = createRequire(import.meta.url)
const PIXELS_PER_MODULE = 4
const QUIET_MODULES = 2

/** Reads a bar code as a gate would: from the pixels of its modules. Null when nothing can be read. */
export async function scanned(code: BarCode, format: ReadInputBarcodeFormat = 'Aztec'): Promise<string | null> {
  prepareZXingModule({ overrides: { wasmBinary: readFileSync(require.resolve('zxing-wasm/reader/zxing_reader.wasm')).buffer } })
  const [found] = await readBarcodes(pictureOf(code), { formats: [format] })
  return found?.text ?? null
}

/** The members of an ImageData that the reader looks at. */
function pictureOf(code: BarCode) {
  const width = (code.size + 2 * QUIET_MODULES) * PIXELS_PER_MODULE
  const data = new Uint8ClampedArray(width * width * 4).fill(255)
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const column = Math.floor(x / PIXELS_PER_MODULE) - QUIET_MODULES
      const row = Math.floor(y / PIXELS_PER_MODULE) - QUIET_MODULES
      const isInside = column >= 0 && row >= 0 && column < code.size && row < code.size
      if (isInside && code.isDark(column, row)) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return { data, width, height: width, colorSpace: 'srgb' as const }
}
