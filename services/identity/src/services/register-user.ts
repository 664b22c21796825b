import { DEFAULT_OPERATOR_ID, type Role } from '@skyhold/contracts'
import { CommitUnknown, errorKind, newId, Refusal, type Transaction } from '@skyhold/platform'
import { REGISTERED_ROLES } from '../domain/roles.ts'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { requestLink } from './mail-links.ts'
import { assertUncommon } from './own-password.ts'

export interface RegisterUser {
  email: string
  password: string
  givenNames: string
  familyName: string
  requestId: string
}

type RegisterDeps = Pick<IdentityDeps, 'db' | 'outbox' | 'users' | 'hasher' | 'links' | 'mailCounts' | 'keySecret'>

/** Opens an account. Refusals: invalid_request (password_too_common), email_taken, rate_limited. */
export async function registerUser(input: RegisterUser, deps: RegisterDeps): Promise<UserAccount> {
  assertUncommon(input.password, '/password')
  // Asked before the hash, which is dear; the unique key decides all the same.
  if (await deps.users.hasEmail(input.email)) throw new Refusal('email_taken')
  const passwordHash = await deps.hasher.hash(input.password)
  try {
    return await addUser({ ...input, passwordHash, roles: [...REGISTERED_ROLES], announce: { correlationId: input.requestId } }, deps)
  } catch (error) {
    if (errorKind(error) === 'duplicate' && (await deps.users.hasEmail(input.email))) throw new Refusal('email_taken')
    throw error
  }
}

export type AddUserDeps = Pick<IdentityDeps, 'db' | 'outbox' | 'users' | 'links' | 'mailCounts' | 'keySecret'>

export interface AddUser {
  email: string
  passwordHash: string
  givenNames: string
  familyName: string
  roles: Role[]
  /** For a person who registered: the events that his welcome e-mail and the link to verify his address are made from. An account without is of the settings, and verified. */
  announce?: { correlationId: string }
}

/** Stores the user, with his event. Throws a `duplicate` of the database when the address is taken. */
async function addUser(input: AddUser, deps: AddUserDeps): Promise<UserAccount> {
  const { db, outbox, users } = deps
  const id = newId('user')
  try {
    const user = await db.transaction((tx) => addUserIn(tx, { ...input, id }, deps))
    outbox.onCommit()
    return user
  } catch (error) {
    if (!(error instanceof CommitUnknown)) throw error
    // The connection broke at COMMIT: the id tells whether it happened.
    const user = await users.find(id)
    if (!user) throw error
    return user
  }
}

/** The same within a transaction that does more. */
export async function addUserIn(
  tx: Transaction,
  { id, email, passwordHash, roles, announce, ...given }: AddUser & { id: string },
  deps: AddUserDeps,
): Promise<UserAccount> {
  const { db, outbox, users } = deps
  const names = { givenNames: given.givenNames.normalize('NFC'), familyName: given.familyName.normalize('NFC') }
  const nowMs = await db.now(tx)
  const versions = { version: 1, passwordVersion: 1, createdAtMs: nowMs, emailVerifiedAtMs: announce ? null : nowMs }
  const account: UserAccount = { id, operatorId: DEFAULT_OPERATOR_ID, email, ...names, roles, ...versions }
  await users.add({ ...account, passwordHash }, tx)
  if (!announce) return account
  await outbox.append(tx, [
    {
      type: 'user.registered',
      aggregate: { type: 'user', id, sequence: 1 },
      correlationId: announce.correlationId,
      data: { userId: id, email, ...names },
      occurredAtMs: nowMs,
    },
  ])
  await requestLink(tx, { user: account, purpose: 'verify_email', email, nowMs, requestId: announce.correlationId }, deps)
  return account
}
