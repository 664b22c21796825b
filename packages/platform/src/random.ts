import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { ID_PREFIXES, REFERENCE_ALPHABET, REFERENCE_LENGTH, type IdKind } from '@skyhold/contracts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A new id: eight characters of time, so that indexes grow at their end, and fourteen (83 bits) of chance. */
export function newId(kind: IdKind): string {
  return `${ID_PREFIXES[kind]}_${base62(Date.now(), 8)}${randomText()}`
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

/**
 * Fourteen characters of chance from a UUID, of which Node fetches many at a time: random bytes for one id alone cost more than all else about it.
 * Seven characters go eighty times into 48 bits, so that none is favoured by more than a hundredth.
 */
function randomText(): string {
  const digits = randomUUID().replaceAll('-', '')
  return base62(Number.parseInt(digits.slice(0, 12), 16), 7) + base62(Number.parseInt(digits.slice(-12), 16), 7)
}
