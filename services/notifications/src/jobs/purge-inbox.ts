import { purgeInbox, type Database, type Jobs } from '@skyhold/platform'
import type { NotedFacts } from '../repositories/noted-facts.ts'

const PURGE_INBOX = 'purge-inbox'

/** Forgets events that cannot come again, and what was noted of them. */
export function addPurgeInbox(jobs: Jobs, db: Database, facts: Pick<NotedFacts, 'purge'>): void {
  jobs.every(PURGE_INBOX, { seconds: 3600, lease: true }, async () => {
    await purgeInbox(db)
    await facts.purge()
  })
}
