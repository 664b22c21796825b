import type { Jobs } from '@skyhold/platform'
import { FORGIVEN_AFTER_MS } from '../domain/login-backoff.ts'
import type { LoginTriesRepository } from '../repositories/login-tries.ts'
import type { IdentityDeps } from '../services/deps.ts'

const PURGE_LOGIN_TRIES = 'purge-login-tries'
const EVERY_SECONDS = 900

/** Deletes the counted sign-ins that make nobody wait any more. */
export function addPurgeLoginTries(jobs: Jobs, { db, loginTries }: Pick<IdentityDeps, 'db'> & { loginTries: LoginTriesRepository }): void {
  jobs.every(PURGE_LOGIN_TRIES, { seconds: EVERY_SECONDS, lease: true }, async () => {
    await loginTries.removeQuiet((await db.now()) - FORGIVEN_AFTER_MS)
  })
}
