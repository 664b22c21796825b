import type { RecoveryCodes, SecondFactor, SecondFactorSecret } from '@skyhold/contracts'
import { type Caller, invalidAt, Refusal, seal, type Transaction } from '@skyhold/platform'
import { hashRecoveryCode, newRecoveryCode, readCode, RECOVERY_CODES } from '../domain/recovery-codes.ts'
import { newTotpSecret, otpauthUri, type StoredSecondFactor, statusOf, WITH_PASSWORD, WITH_SECOND_FACTOR } from '../domain/second-factor.ts'
import { isStaff } from '../domain/roles.ts'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { endSessionsIn } from './end-sessions.ts'
import { assertSessionLives } from './live-session.ts'
import { tryAtAccount } from './login-limit.ts'
import { lockProven, type PasswordProof, proveOwnPassword } from './own-password.ts'
import { accountGone, lockOwnUser } from './own-user.ts'
import { recordAccessChange } from './record-access-change.ts'
import { secondFactorSealer, spendCode, spendDigits } from './spend-code.ts'

export async function getOwnSecondFactor(caller: Caller, deps: IdentityDeps): Promise<SecondFactor> {
  await assertSessionLives(caller, deps)
  const factor = await deps.secondFactors.find(caller.userId)
  return { status: statusOf(factor), recoveryCodesLeft: await deps.secondFactors.countRecoveryCodes(caller.userId) }
}

/**
 * Makes a secret for the caller's app, in the place of one that he never confirmed. Nothing is asked of a sign-in yet. Refusals: invalid_request (wrong_password),
 * invalid_token, rate_limited, email_not_verified, invalid_transition (there is an active one).
 */
export async function beginSecondFactor(
  caller: Caller,
  { password }: { password: string },
  deps: IdentityDeps,
): Promise<SecondFactorSecret> {
  await assertSessionLives(caller, deps)
  const proof = await proveOwnPassword(caller, { password, pointer: '/password' }, deps)
  const secret = newTotpSecret()
  const email = await deps.db.transaction(async (tx) => {
    const user = await lockProven(tx, { caller, proof }, deps)
    assertVerified(user)
    const factor = await deps.secondFactors.find(user.id, tx)
    if (statusOf(factor) === 'active')
      throw new Refusal('invalid_transition', { detail: 'Your account has a second factor. Take it off before you set up another.' })
    await deps.secondFactors.remove(user.id, tx)
    const secretSealed = seal(secondFactorSealer(deps.keySecret), secret, user.id)
    await deps.secondFactors.add({ userId: user.id, secretSealed, nowMs: await deps.db.now(tx) }, tx)
    return user.email
  })
  return { secret, otpauthUri: otpauthUri(secret, email) }
}

/**
 * Turns the second factor on by a first code of the app, and tells the recovery codes, this once. Other sessions of the caller end, because they were opened
 * without it; his own counts as opened with it. Refusals: invalid_request (wrong_code), invalid_token, rate_limited, email_not_verified, invalid_transition (none is pending).
 */
export async function confirmSecondFactor(
  caller: Caller,
  { code, requestId }: { code: string; requestId: string },
  deps: IdentityDeps,
): Promise<RecoveryCodes> {
  await assertSessionLives(caller, deps)
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  await tryOwnCode({ caller }, deps, async (tx, { user, factor }) => {
    assertVerified(user)
    if (!factor || statusOf(factor) !== 'pending')
      throw new Refusal('invalid_transition', {
        detail: 'There is no second factor that waits for its first code. Ask for a secret first.',
      })
    const typed = readCode(code)
    if (typed?.kind !== 'totp' || !(await spendDigits(tx, { factor, digits: typed.digits }, deps))) return 'wrong'
    const nowMs = await deps.db.now(tx)
    await deps.secondFactors.confirm(user.id, { nowMs, tx })
    const hashes = recoveryCodes.map((each) => hashRecoveryCode(each.replaceAll('-', ''), user.id))
    await deps.secondFactors.addRecoveryCodes(user.id, hashes, tx)
    await deps.sessions.setMethods(caller.sessionId, WITH_SECOND_FACTOR, tx)
    const states = { before: 'none', after: 'active' } as const
    await noteChange(tx, { user, change: 'second_factor_set_up', ...states, keptSessionId: caller.sessionId, nowMs, requestId }, deps)
    return 'right'
  })
  deps.logger.info({ userId: caller.userId }, 'second factor set up')
  return { recoveryCodes }
}

export interface RemoveOwn {
  password: string
  code: string
  requestId: string
}

/**
 * Takes the caller's second factor off, with its recovery codes, and ends his other sessions. Of an agent or administrator who must have one his own session ends too:
 * its token says for minutes yet that he is one. Refusals: invalid_request (wrong_password, wrong_code), invalid_token, rate_limited, invalid_transition.
 */
export async function removeOwnSecondFactor(caller: Caller, { password, code, requestId }: RemoveOwn, deps: IdentityDeps): Promise<void> {
  await assertSessionLives(caller, deps)
  const proof = await proveOwnPassword(caller, { password, pointer: '/password' }, deps)
  await tryOwnCode({ caller, proof }, deps, async (tx, { user, factor }) => {
    if (!factor || statusOf(factor) !== 'active') throw new Refusal('invalid_transition', { detail: 'Your account has no second factor.' })
    if (!(await spendCode(tx, { user, factor, typed: code, requestId }, deps))) return 'wrong'
    await deps.secondFactors.remove(user.id, tx)
    await deps.sessions.setMethods(caller.sessionId, WITH_PASSWORD, tx)
    const nowMs = await deps.db.now(tx)
    const keptSessionId = deps.isSecondFactorRequired && isStaff(user.roles) ? null : caller.sessionId
    const states = { before: 'active', after: 'none' } as const
    await noteChange(tx, { user, change: 'second_factor_removed', ...states, keptSessionId, nowMs, requestId }, deps)
    return 'right'
  })
  deps.logger.info({ userId: caller.userId }, 'second factor removed')
}

interface Own {
  user: UserAccount
  factor: StoredSecondFactor | null
}

/** Wrong codes count as failed sign-ins of this session, as wrong passwords do. Nothing is rolled back for one: it counts at the second factor too. */
async function tryOwnCode(
  { caller, proof }: { caller: Caller; proof?: PasswordProof },
  deps: IdentityDeps,
  work: (tx: Transaction, own: Own) => Promise<'right' | 'wrong'>,
): Promise<void> {
  const user = await deps.users.find(caller.userId)
  if (!user) throw accountGone()
  await tryAtAccount(deps.loginLimit, { email: user.email, knownPlace: caller.sessionId }, async () => {
    const verdict = await deps.db.transaction(async (tx) => {
      const locked = await (proof ? lockProven(tx, { caller, proof }, deps) : lockOwnUser(tx, caller, deps))
      return work(tx, { user: locked, factor: await deps.secondFactors.find(locked.id, tx) })
    })
    deps.outbox.onCommit()
    if (verdict === 'wrong') throw wrongCode()
  })
}

/**
 * Whoever reads an address gets into its account by a reset, but not past a second factor. So nobody may put one before an address that he has not proved to be his: its owner
 * would be locked out for good. Refusal: email_not_verified.
 */
function assertVerified({ emailVerifiedAtMs }: UserAccount): void {
  if (emailVerifiedAtMs === null)
    throw new Refusal('email_not_verified', {
      detail: 'Use the link in the e-mail that we sent you first; POST /auth/verification-requests sends another.',
    })
}

interface Change {
  user: UserAccount
  change: 'second_factor_set_up' | 'second_factor_removed'
  before: SecondFactor['status']
  after: SecondFactor['status']
  keptSessionId: string | null
  nowMs: number
  requestId: string
}

async function noteChange(tx: Transaction, { keptSessionId, before, after, ...change }: Change, deps: IdentityDeps): Promise<void> {
  await recordAccessChange(tx, { ...change, before: { secondFactor: before }, after: { secondFactor: after } }, deps)
  const { user, nowMs, requestId } = change
  const ending = { userId: user.id, keptSessionId, reason: 'second_factor_changed', nowMs, requestId } as const
  await endSessionsIn(tx, ending, deps)
}

const wrongCode = () =>
  invalidAt('/code', 'wrong_code', 'This code is wrong or was used already. Codes change every thirty seconds; wait for the next one.')
