import list from '../../data/common-passwords.json' with { type: 'json' }

/** What one argon2id hash takes: KiB, passes over them, and lanes. */
export interface PasswordCost {
  memoryCost: number
  timeCost: number
  parallelism: number
}

/** OWASP Password Storage: argon2id with 19 MiB, two passes, one lane. Raise them here: older hashes are renewed when their owner signs in. */
export const ARGON2: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const common = new Set(list.passwords)

/** The same password typed on another keyboard may come in other code points; NFKC makes them one (NIST SP 800-63B, section 3.1.1.2). */
export const normalizePassword = (password: string): string => password.normalize('NFKC')

/** True for the 3000 passwords that guessing starts with, in any letter case. */
export const isCommonPassword = (password: string): boolean => common.has(normalizePassword(password).toLowerCase())

/** True when the hash was made with less than `cost`, or cannot be read as argon2id. */
export function needsRehash(hash: string, cost: PasswordCost = ARGON2): boolean {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash)
  if (!found) return true
  const [memoryCost = 0, timeCost = 0, parallelism = 0] = found.slice(1).map(Number)
  return memoryCost < cost.memoryCost || timeCost < cost.timeCost || parallelism < cost.parallelism
}
