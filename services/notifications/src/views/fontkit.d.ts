/** The part of fontkit that is used; the package has no types of its own. */
declare module 'fontkit' {
  export interface Font {
    layout(text: string): unknown
    hasGlyphForCodePoint(codePoint: number): boolean
  }
  export function create(data: Uint8Array): Font
}
