import { deriveKey, type Transaction, unseal } from '@skyhold/platform'
import { hashRecoveryCode, readCode } from '../domain/recovery-codes.ts'
import { type StoredSecondFactor, stepOf } from '../domain/second-factor.ts'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { recordAccessChange } from './record-access-change.ts'

/** Seals the secrets of the apps; bound to the user, so that one's row opens nothing for another. */
export const secondFactorSealer = (keySecret: string): Buffer => deriveKey({ secret: keySecret, purpose: 'second-factor' })

type CodeDeps = Pick<IdentityDeps, 'db' | 'secondFactors' | 'audit' | 'outbox' | 'keySecret' | 'now' | 'logger'>

/** Takes a code of the app, if it is right and neither it nor a later one has been taken. Must come after the lock of the user's row. */
export async function spendDigits(
  tx: Transaction,
  { factor, digits }: { factor: StoredSecondFactor; digits: string },
  { secondFactors, keySecret, now }: Pick<CodeDeps, 'secondFactors' | 'keySecret' | 'now'>,
): Promise<boolean> {
  const secret = unseal(secondFactorSealer(keySecret), factor.secretSealed, factor.userId)
  // The clock of this process, because the app compares with its own.
  const step = stepOf(digits, { secret, nowMs: now() })
  return step !== null && (await secondFactors.spendStep(factor.userId, step, tx)) === 1
}

export interface SpendCode {
  user: UserAccount
  factor: StoredSecondFactor
  /** As it was typed: six digits of the app, or a recovery code. */
  typed: string
  requestId: string
}

/** Takes a code of the second factor, each once; false for one that is wrong or was used. Must come after the lock of the user's row. */
export async function spendCode(tx: Transaction, { user, factor, typed, requestId }: SpendCode, deps: CodeDeps): Promise<boolean> {
  const code = readCode(typed)
  if (!code) return false
  if (code.kind === 'totp') return spendDigits(tx, { factor, digits: code.digits }, deps)
  return spendRecoveryCode(tx, { user, letters: code.letters, requestId }, deps)
}

async function spendRecoveryCode(
  tx: Transaction,
  { user, letters, requestId }: { user: UserAccount; letters: string; requestId: string },
  deps: CodeDeps,
): Promise<boolean> {
  const { db, secondFactors, logger } = deps
  const userId = user.id
  const nowMs = await db.now(tx)
  if ((await secondFactors.spendRecoveryCode(hashRecoveryCode(letters, userId), { nowMs, tx })) === 0) return false
  const left = await secondFactors.countRecoveryCodes(userId, tx)
  const states = { before: { recoveryCodesLeft: left + 1 }, after: { recoveryCodesLeft: left } }
  await recordAccessChange(tx, { user, change: 'recovery_code_used', ...states, nowMs, requestId }, deps)
  logger.warn({ userId, recoveryCodesLeft: left }, 'recovery code used')
  return true
}
