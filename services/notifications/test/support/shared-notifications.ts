import { type TestDatabase, type TestDatabaseKind, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { runMailbox, runNotifications, type RunningMailbox, type RunningNotifications } from './running-notifications.ts'

export interface SharedNotifications {
  database: TestDatabase
  mailbox: RunningMailbox
  notifications: RunningNotifications
  /** Ahead of each test, so that it finds nothing of the others. */
  empty(): Promise<void>
  close(): Promise<void>
}

/** A database, a mailbox and a service for all tests of a describe: to make, migrate, start and stop them takes longer than most of the tests. */
export async function shareNotifications(
  kind: TestDatabaseKind,
  options: Pick<Parameters<typeof runNotifications>[0], 'parts'> = {},
): Promise<SharedNotifications> {
  const database = await kind.create({ service: 'notifications' })
  const mailbox = await runMailbox()
  const notifications = await runNotifications({ url: database.url, smtpUrl: mailbox.service.smtpUrl, ...options })
  return {
    database,
    mailbox,
    notifications,
    async empty() {
      await emptyTables(notifications)
      await fetch(`${mailbox.service.url}/messages`, { method: 'DELETE' })
    },
    async close() {
      await notifications.close()
      await mailbox.service.close()
      await database.drop()
    },
  }
}

/** The same for a describe that needs nothing else: made before its first test, empty before each, closed after the last. */
export function useNotifications(kind: TestDatabaseKind, given: (shared: SharedNotifications) => void): void {
  let shared: SharedNotifications
  beforeAll(async () => {
    shared = await shareNotifications(kind)
    given(shared)
  })
  beforeEach(() => shared.empty())
  afterAll(() => shared.close())
}

/** What is on its way to the mail server is waited for. What was done stays in the inbox and the audit, under ids that no other test has. */
export async function emptyTables({ db }: Pick<RunningNotifications, 'db'>): Promise<void> {
  await waitFor(
    async () => {
      await db.run("DELETE FROM deliveries WHERE status <> 'sending'")
      return (await db.rows('SELECT id FROM deliveries')).length === 0
    },
    { what: 'the e-mails of the test before to be sent' },
  )
  await db.run('DELETE FROM noted_facts')
  await db.run('DELETE FROM dead_letters')
}
