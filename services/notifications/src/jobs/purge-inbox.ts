import { purgeInbox, type Database, type Jobs } from '@skyhold/platform'

const PURGE_INBOX = 'purge-inbox'

/** Forgets events that cannot come again. */
export function addPurgeInbox(jobs: Jobs, db: Database): void {
  jobs.every(PURGE_INBOX, { seconds: 3600, lease: true }, async () => {
    await purgeInbox(db)
  })
}
