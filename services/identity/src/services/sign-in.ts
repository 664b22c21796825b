import { ACCESS_TOKEN_SECONDS, newId, newSecret, Refusal, type Transaction } from '@skyhold/platform'
import type { Tokens } from '@skyhold/contracts'
import { signAccessToken } from '../domain/access-token.ts'
import { isEmail } from '../domain/email.ts'
import { placeOf } from '../domain/place.ts'
import { hashOf, SESSION_LIFE_MS } from '../domain/refresh-tokens.ts'
import { isStaff, REGISTERED_ROLES } from '../domain/roles.ts'
import { statusOf, WITH_PASSWORD, WITH_SECOND_FACTOR } from '../domain/second-factor.ts'
import type { ClientInfo, Session } from '../domain/session.ts'
import type { UserAccount, UserCredentials } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { endSurplusSessionsIn } from './end-sessions.ts'
import { tryAtAccount } from './login-limit.ts'
import { spendCode } from './spend-code.ts'

export interface SignIn {
  email: string
  password: string
  /** Of the second factor, as it was typed. */
  code?: string
  client: ClientInfo
  requestId: string
}

/** An id that no user has. */
const NOBODY = 'usr_nobody'

/**
 * Opens a session. Unknown address and wrong password are one refusal, after the same work: of a second factor nobody hears who has not the right password.
 * Refusals: invalid_credentials, second_factor_required, invalid_second_factor, rate_limited.
 */
export async function signIn(input: SignIn, deps: IdentityDeps): Promise<Tokens> {
  const { email, password, client } = input
  const user = isEmail(email.trim()) ? await deps.users.findCredentials(email) : null
  // What is not there is asked for all the same, so that it takes the same time.
  const isKnown = await deps.sessions.hasFrom(client.address, user?.id ?? NOBODY)
  return tryAtAccount(deps.loginLimit, { email, knownPlace: isKnown ? placeOf(client.address) : null }, async () => {
    const isRight = await deps.hasher.matches(user?.passwordHash ?? null, password)
    if (!user || !isRight) {
      // Not the address that was typed: people type their passwords into that field.
      deps.logger.info({ userId: user?.id ?? null, address: client.address }, 'sign-in refused')
      throw new Refusal('invalid_credentials')
    }
    await renewHash(user, password, deps)
    return openSession(user, input, deps)
  })
}

/** Hashes made with the parameters of earlier years are made anew at the one moment when the password is at hand. */
async function renewHash(
  user: UserCredentials,
  password: string,
  { hasher, users }: Pick<IdentityDeps, 'hasher' | 'users'>,
): Promise<void> {
  if (!hasher.needsRehash(user.passwordHash)) return
  await users.replaceHash({ id: user.id, from: user.passwordHash, to: await hasher.hash(password) })
}

async function openSession(proven: UserCredentials, { client, code, requestId }: SignIn, deps: IdentityDeps): Promise<Tokens> {
  const userId = proven.id
  const sessionId = newId('session')
  const refreshToken = newSecret()
  const tokenHash = hashOf(refreshToken)
  const opened = await deps.db.transaction(async (tx) => {
    // The user's row is locked while the session is added, so that taking a role away either ends this session too or is seen by it.
    const user = (await deps.users.lock([userId], tx)).get(userId)
    // While the password was checked another may have been set, which ends what was opened by this one: it must open nothing afterwards.
    if (user?.passwordVersion !== proven.passwordVersion) throw new Refusal('invalid_credentials')
    const amr = await proveSecondFactor(tx, { user, code, requestId }, deps)
    if (!amr) return null
    const nowMs = await deps.db.now(tx)
    await deps.sessions.add({ id: sessionId, userId, createdAtMs: nowMs, expiresAtMs: nowMs + SESSION_LIFE_MS, ...client, amr }, tx)
    await deps.refreshTokens.add({ hash: tokenHash, sessionId, nowMs }, tx)
    await endSurplusSessionsIn(tx, { userId, nowMs, requestId }, deps)
    return { user, amr }
  })
  // Told are a recovery code that was used, wrong codes that are too many, and sessions that have ended.
  deps.outbox.onCommit()
  // Only now: the transaction counts the wrong code.
  if (!opened) throw new Refusal('invalid_second_factor')
  deps.logger.info({ userId, sessionId, address: client.address, methods: opened.amr }, 'signed in')
  return tokensFor({ user: opened.user, session: { id: sessionId, amr: opened.amr }, refreshToken }, deps)
}

/** Takes the code of an account that has a second factor. How the session was opened; null for a wrong code. */
async function proveSecondFactor(
  tx: Transaction,
  { user, code, requestId }: { user: UserAccount; code: string | undefined; requestId: string },
  deps: IdentityDeps,
): Promise<Session['amr'] | null> {
  const factor = await deps.secondFactors.find(user.id, tx)
  if (!factor || statusOf(factor) !== 'active') return WITH_PASSWORD
  if (code === undefined) throw new Refusal('second_factor_required')
  return (await spendCode(tx, { user, factor, typed: code, requestId }, deps)) ? WITH_SECOND_FACTOR : null
}

/** What login and refresh answer. */
export async function tokensFor(
  { user, session, refreshToken }: { user: UserAccount; session: Pick<Session, 'id' | 'amr'>; refreshToken: string },
  { keys, issuer, now, isSecondFactorRequired }: Pick<IdentityDeps, 'keys' | 'issuer' | 'now' | 'isSecondFactorRequired'>,
): Promise<Tokens> {
  const isReduced = isSecondFactorRequired && isStaff(user.roles) && !session.amr.includes('otp')
  const roles = isReduced ? [...REGISTERED_ROLES] : user.roles
  const accessToken = await signAccessToken({ user: { ...user, roles }, session, issuer, issuedAtMs: now() }, await keys.signer())
  const tokens = { accessToken, tokenType: 'Bearer', expiresInSeconds: ACCESS_TOKEN_SECONDS, refreshToken } as const
  return isReduced ? { ...tokens, secondFactorSetupRequired: true } : tokens
}
