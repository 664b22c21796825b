import { createLogger, type Database, openDatabase } from '@skyhold/platform'
import type { Skyhold } from './skyhold.ts'

/** A look into identity's database, as whoever has stolen it has one, and as a test needs one whose clock cannot be moved. */
export async function withIdentityDatabase<T>({ running }: Skyhold, work: (db: Database) => Promise<T>): Promise<T> {
  const logger = createLogger({ service: 'security', level: 'silent' })
  const db = openDatabase({ url: running.identityDatabaseUrl, pool: { max: 1 }, logger })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}
