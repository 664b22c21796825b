import type { Role } from '@skyhold/contracts'
import { errorKind, newId } from '@skyhold/platform'
import type { IdentitySettings } from '../config.ts'
import { REGISTERED_ROLES } from '../domain/roles.ts'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { type AddUserDeps, addUserIn } from './register-user.ts'
import { OPERATOR } from './reset-second-factor.ts'

interface FirstAccount {
  email: string
  password: string
  givenNames: string
  familyName: string
  role: Role
}

/** Of the demonstration's travel agent. The account is made in development alone, because everybody knows its password. */
export const DEMO_AGENT = { email: 'agent@skyhold.example', password: 'agent-for-development' } as const

type FirstDeps = AddUserDeps & Pick<IdentityDeps, 'firstAccounts' | 'audit' | 'hasher' | 'logger'>

/**
 * Makes the administrator of the settings, and with the demonstration's data an agent, while nobody has or has had the role: who has changed his address since
 * must not leave a second account behind, with a password that stands in a file. ADMIN_PASSWORD is used here alone: changing it later changes no password, and
 * an account that somebody registered under the address gets no role by it.
 */
export async function ensureFirstAccounts(settings: IdentitySettings, deps: FirstDeps): Promise<void> {
  const { ADMIN_EMAIL, ADMIN_PASSWORD, SEED, SKYHOLD_ENV } = settings
  await ensure({ email: ADMIN_EMAIL, password: ADMIN_PASSWORD, givenNames: 'First', familyName: 'Administrator', role: 'admin' }, deps)
  if (SEED === 'demo' && SKYHOLD_ENV === 'development')
    await ensure({ ...DEMO_AGENT, givenNames: 'Demo', familyName: 'Agent', role: 'agent' }, deps)
}

async function ensure({ password, ...account }: FirstAccount, deps: FirstDeps): Promise<void> {
  const { firstAccounts, hasher, logger, users } = deps
  const { role, email } = account
  if (await firstAccounts.isSettled(role)) return
  const passwordHash = await hasher.hash(password)
  try {
    const user = await settle({ ...account, passwordHash }, deps)
    if (user) logger.info({ userId: user.id, roles: user.roles }, 'account of the settings made')
  } catch (error) {
    if (errorKind(error) !== 'duplicate' || !(await users.hasEmail(email))) throw error
    logger.warn({ role }, 'nobody has the role, and the address of the settings is an account without it')
  }
}

/** Of replicas that start at once the row of the role lets one in; the others wait for it and find the role settled. Null when there was nothing to make. */
function settle(
  { role, ...account }: Omit<FirstAccount, 'password'> & { passwordHash: string },
  deps: FirstDeps,
): Promise<UserAccount | null> {
  const { db, firstAccounts, users, audit } = deps
  return db.transaction(async (tx) => {
    if ((await firstAccounts.settle(role, { nowMs: await db.now(tx), tx })) === 0) return null
    // An installation of before this was kept.
    if (await users.hasRole(role, tx)) return null
    const user = await addUserIn(tx, { ...account, id: newId('user'), roles: [...REGISTERED_ROLES, role] }, deps)
    const { id, email, roles, createdAtMs } = user
    const entry = { atMs: createdAtMs, actorId: OPERATOR, action: 'user.created', subject: { type: 'user', id }, requestId: '' } as const
    await audit.append({ ...entry, before: null, after: { email, roles } }, tx)
    return user
  })
}
