import { deriveKey, type Transaction, unseal } from '@skyhold/platform'
import { closedForMs, WRONG_CODES_FREE } from '../domain/code-backoff.ts'
import { hashRecoveryCode, readCode } from '../domain/recovery-codes.ts'
import { type StoredSecondFactor, stepOf } from '../domain/second-factor.ts'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { assertOpen } from './login-limit.ts'
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

/**
 * Takes a code of the second factor, each once; false for one that is wrong or was used, which counts: the transaction must be committed and `outbox.onCommit` be called.
 * Must come after the lock of the user's row. Refusal: rate_limited, after too many wrong ones.
 */
export async function spendCode(tx: Transaction, spending: SpendCode, deps: CodeDeps): Promise<boolean> {
  const { user, factor } = spending
  const nowMs = await deps.db.now(tx)
  assertOpen(factor.closedUntilMs - nowMs)
  const isRight = await isTaken(tx, spending, deps)
  if (!isRight) await noteWrongCode(tx, { ...spending, nowMs }, deps)
  else if (factor.wrongCodes > 0) await deps.secondFactors.setWrongCodes(user.id, { wrongCodes: 0, closedUntilMs: 0 }, tx)
  return isRight
}

/** Whoever gets as far as this many codes knows the password: its owner is told, once. */
async function noteWrongCode(
  tx: Transaction,
  { user, factor, requestId, nowMs }: SpendCode & { nowMs: number },
  deps: CodeDeps,
): Promise<void> {
  const wrongCodes = factor.wrongCodes + 1
  await deps.secondFactors.setWrongCodes(user.id, { wrongCodes, closedUntilMs: nowMs + closedForMs(wrongCodes) }, tx)
  // Louder than a wrong password, because whoever tries has the right one.
  deps.logger.warn({ userId: user.id, wrongCodes }, 'code of a second factor refused')
  if (wrongCodes !== WRONG_CODES_FREE) return
  await recordAccessChange(tx, { user, change: 'wrong_codes_tried', before: null, after: { wrongCodes }, nowMs, requestId }, deps)
}

async function isTaken(tx: Transaction, { user, factor, typed, requestId }: SpendCode, deps: CodeDeps): Promise<boolean> {
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
