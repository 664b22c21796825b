import type { Jobs } from '@skyhold/platform'
import type { IdentityDeps } from '../services/deps.ts'

const PURGE_LINKS = 'purge-links'
const EVERY_SECONDS = 3_600
/** For a day an operator can still see what became of a link. */
const KEPT_MS = 24 * 3_600_000

/** Deletes the links of e-mails that have been dead for a day. */
export function addPurgeLinks(jobs: Jobs, { db, links }: Pick<IdentityDeps, 'db' | 'links'>): void {
  jobs.every(PURGE_LINKS, { seconds: EVERY_SECONDS, lease: true }, async () => {
    await links.removeExpired((await db.now()) - KEPT_MS)
  })
}
