import { randomBytes, randomInt } from 'node:crypto'
import { ID_PREFIXES, REFERENCE_ALPHABET, REFERENCE_LENGTH, type IdKind } from '@skyhold/contracts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A new id: eight characters of time, so that indexes grow at their end, and fourteen (83 bits) of chance. */
export function newId(kind: IdKind): string {
  return `${ID_PREFIXES[kind]}_${base62(Date.now(), 8)}${randomText(14)}`
}

export const newReference = (): string =>
  Array.from({ length: REFERENCE_LENGTH }, () => REFERENCE_ALPHABET[randomInt(REFERENCE_ALPHABET.length)]).join('')

/** A secret of 256 bits as URL-safe text. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

function base62(value: number, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) text = BASE62[rest % 62] + text
  return text
}

function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    // 248 is the last multiple of 62 below 256: bytes past it would favour some letters.
    for (const byte of randomBytes(length * 2)) if (byte < 248 && text.length < length) text += BASE62[byte % 62]
  }
  return text
}
