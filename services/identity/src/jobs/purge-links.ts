import type { Jobs } from '@skyhold/platform'
import { DAY_MS } from '../domain/mail-counts.ts'
import type { IdentityDeps } from '../services/deps.ts'

const PURGE_LINKS = 'purge-links'
const EVERY_SECONDS = 3_600
/** For a day an operator can still see what became of a link; a count is past its windows by then. */
const KEPT_MS = DAY_MS

/** Deletes the links of e-mails that have been dead for a day, and the counts of mails of which none has gone for as long. */
export function addPurgeLinks(jobs: Jobs, { db, links, mailCounts }: Pick<IdentityDeps, 'db' | 'links' | 'mailCounts'>): void {
  jobs.every(PURGE_LINKS, { seconds: EVERY_SECONDS, lease: true }, async () => {
    const beforeMs = (await db.now()) - KEPT_MS
    await links.removeExpired(beforeMs)
    await mailCounts.removeQuiet(beforeMs)
  })
}
