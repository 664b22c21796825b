import { createHash, randomInt } from 'node:crypto'
import { REFERENCE_ALPHABET } from '@skyhold/contracts'

export const RECOVERY_CODES = 10
/** 24 of 28 letters are 115 bits: from 112 on a plain hash keeps them safe at rest (OWASP ASVS 5, 6.5.2), so that looking one up costs no password hash. */
const LETTERS = 24
const GROUP = 4

/** A code as it is shown, in groups that can be read aloud: `BCDF-GHJK-…`. */
export function newRecoveryCode(): string {
  const letters = Array.from({ length: LETTERS }, () => REFERENCE_ALPHABET[randomInt(REFERENCE_ALPHABET.length)])
  return (letters.join('').match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-')
}

/** What is stored of a code. The user belongs to it, so that a code opens no other's account. */
export const hashRecoveryCode = (letters: string, userId: string): string =>
  createHash('sha256').update(`${userId} ${letters}`).digest('hex')

export type TypedCode = { kind: 'totp'; digits: string } | { kind: 'recovery'; letters: string }

/** Tells a code of the app from a recovery code, without the blanks and hyphens that people put between groups; null for what is neither. */
export function readCode(typed: string): TypedCode | null {
  const plain = typed.replaceAll(/[\s-]/g, '').toUpperCase()
  if (/^\d{6}$/.test(plain)) return { kind: 'totp', digits: plain }
  return plain.length === LETTERS ? { kind: 'recovery', letters: plain } : null
}
