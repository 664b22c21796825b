import { html, type Html } from '@skyhold/platform/html'

/** A name in the direction of its own script, so that a right-to-left one does not turn the line around it. */
export const isolated = (name: string): Html => html`<bdi dir="auto">${name}</bdi>`

/** Without the characters that no mail may hold; line ends and tabs stay. Lone surrogates would not survive UTF-8. */
export const withoutControls = (text: string): string =>
  text.toWellFormed().replace(/[\p{Cc}]/gu, (c) => (c === '\n' || c === '\t' ? c : ''))

/** The longest header value that every mail program shows; counted in characters, never cutting one in two. */
const HEADER_LENGTH_MAX = 180

/** One line for a header: whatever could begin a new one (RFC 5322) becomes a blank. */
export function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
  const characters = Array.from(line)
  return characters.length <= HEADER_LENGTH_MAX ? line : `${characters.slice(0, HEADER_LENGTH_MAX - 1).join('')}…`
}
