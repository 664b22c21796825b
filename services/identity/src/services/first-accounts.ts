import type { Role } from '@skyhold/contracts'
import { errorKind } from '@skyhold/platform'
import type { IdentitySettings } from '../config.ts'
import type { IdentityDeps } from './deps.ts'
import { addUser } from './register-user.ts'

interface FirstAccount {
  email: string
  password: string
  givenNames: string
  familyName: string
  roles: Role[]
}

/** Of the demonstration's travel agent. The account is made in development alone, because everybody knows its password. */
export const DEMO_AGENT = { email: 'agent@skyhold.example', password: 'agent-for-development' } as const

type FirstDeps = Pick<IdentityDeps, 'db' | 'outbox' | 'users' | 'hasher' | 'links' | 'keySecret' | 'logger'>

/**
 * Makes the administrator of the settings, and with the demonstration's data an agent, unless the address has an account. ADMIN_PASSWORD is used here alone:
 * changing it later changes no password, and an account that somebody registered under the address gets no role by it.
 */
export async function ensureFirstAccounts(settings: IdentitySettings, deps: FirstDeps): Promise<void> {
  const { ADMIN_EMAIL, ADMIN_PASSWORD, SEED, SKYHOLD_ENV } = settings
  await ensure(
    { email: ADMIN_EMAIL, password: ADMIN_PASSWORD, givenNames: 'First', familyName: 'Administrator', roles: ['customer', 'admin'] },
    deps,
  )
  if (SEED === 'demo' && SKYHOLD_ENV === 'development')
    await ensure({ ...DEMO_AGENT, givenNames: 'Demo', familyName: 'Agent', roles: ['customer', 'agent'] }, deps)
}

async function ensure({ password, ...account }: FirstAccount, deps: FirstDeps): Promise<void> {
  const { users, hasher, logger } = deps
  const existing = await users.findCredentials(account.email)
  if (existing) {
    const isWithoutRole = account.roles.some((role) => !existing.roles.includes(role))
    if (isWithoutRole) logger.warn({ userId: existing.id, roles: account.roles }, 'an account of the settings exists without its roles')
    return
  }
  const passwordHash = await hasher.hash(password)
  try {
    const { id, roles } = await addUser({ ...account, passwordHash }, deps)
    logger.info({ userId: id, roles }, 'account of the settings made')
  } catch (error) {
    // A replica that started at the same moment was faster.
    if (errorKind(error) !== 'duplicate') throw error
  }
}
