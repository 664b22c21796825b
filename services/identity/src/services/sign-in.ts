import { ACCESS_TOKEN_SECONDS, newId, newSecret, Refusal } from '@skyhold/platform'
import type { Tokens } from '@skyhold/contracts'
import { signAccessToken } from '../domain/access-token.ts'
import { isEmail } from '../domain/email.ts'
import { hashOf, SESSION_LIFE_MS } from '../domain/refresh-tokens.ts'
import type { ClientInfo } from '../domain/session.ts'
import type { UserAccount, UserCredentials } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'

export interface SignIn {
  email: string
  password: string
  client: ClientInfo
}

/** An id that no user has. */
const NOBODY = 'usr_nobody'

/** Opens a session. Unknown address and wrong password are one refusal, after the same work. Refusals: invalid_credentials, rate_limited. */
export async function signIn({ email, password, client }: SignIn, deps: IdentityDeps): Promise<Tokens> {
  const user = isEmail(email.trim()) ? await deps.users.findCredentials(email) : null
  const isRight = await checkPassword({ email, password, client, user }, deps)
  if (!user || !isRight) {
    // Not the address that was typed: people type their passwords into that field.
    deps.logger.info({ userId: user?.id ?? null, address: client.address }, 'sign-in refused')
    throw new Refusal('invalid_credentials')
  }
  await renewHash(user, password, deps)
  return openSession(user.id, client, deps)
}

/** False after a wrong one, which then counts against the account. What is not there is asked for all the same, so that it takes the same time. */
async function checkPassword(
  { email, password, client, user }: SignIn & { user: UserCredentials | null },
  { sessions, loginLimit, hasher }: IdentityDeps,
): Promise<boolean> {
  const isKnown = await sessions.hasFrom(client.address, user?.id ?? NOBODY)
  const counted = loginLimit.take({ email, knownPlace: isKnown ? client.address : null })
  let isWrong = false
  try {
    const isRight = await hasher.matches(user?.passwordHash ?? null, password)
    isWrong = !isRight
    return isRight
  } finally {
    // Also when there was no room to hash: nothing was tried then.
    if (!isWrong) counted.giveBack()
  }
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

async function openSession(userId: string, client: ClientInfo, deps: IdentityDeps): Promise<Tokens> {
  const sessionId = newId('session')
  const refreshToken = newSecret()
  const tokenHash = hashOf(refreshToken)
  const user = await deps.db.transaction(async (tx) => {
    // The user's row is locked while the session is added, so that taking a role away either ends this session too or is seen by it.
    const locked = (await deps.users.lock([userId], tx)).get(userId)
    if (!locked) throw new Refusal('invalid_credentials')
    const nowMs = await deps.db.now(tx)
    await deps.sessions.add({ id: sessionId, userId, createdAtMs: nowMs, expiresAtMs: nowMs + SESSION_LIFE_MS, ...client }, tx)
    await deps.refreshTokens.add({ hash: tokenHash, sessionId, nowMs }, tx)
    return locked
  })
  return tokensFor({ user, sessionId, refreshToken }, deps)
}

/** What login and refresh answer. */
export async function tokensFor(
  { user, sessionId, refreshToken }: { user: UserAccount; sessionId: string; refreshToken: string },
  { keys, issuer, now }: Pick<IdentityDeps, 'keys' | 'issuer' | 'now'>,
): Promise<Tokens> {
  const accessToken = await signAccessToken({ user, sessionId, issuer, issuedAtMs: now() }, await keys.signer())
  return { accessToken, tokenType: 'Bearer', expiresInSeconds: ACCESS_TOKEN_SECONDS, refreshToken }
}
