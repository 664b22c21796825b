import { createLogger, type Database, openDatabase } from '@skyhold/platform'
import { tempDir } from '@skyhold/testkit'

/** The database of a simulation. Migrated once and emptied for each run, because that takes a tenth of the time. */
export interface Stage {
  url: string
  /** For those who look on: it takes no part in the run's time and chance. */
  db: Database
  clear(): Promise<void>
  close(): Promise<void>
}

export async function setStage(): Promise<Stage> {
  const url = `sqlite:${tempDir('simulation')}/bookings.sqlite`
  const db = openDatabase({ url, logger: createLogger({ service: 'simulation', level: 'silent' }), synchronous: 'NORMAL' })
  await db.migrate(new URL('../../services/bookings/migrations/', import.meta.url))
  // No power is cut here: the disk may be as late as it likes. All that open the file in this process share the handle that this is for.
  await db.run('PRAGMA synchronous = OFF')
  const tables = await db.rows<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN ('schema_migrations', 'counters')`,
  )
  return {
    url,
    db,
    async clear() {
      await db.transaction(async (tx) => {
        for (const { name } of tables) await db.run(`DELETE FROM ${name}`, {}, tx)
        await db.run('DELETE FROM sqlite_sequence', {}, tx)
        await db.run('UPDATE counters SET next_value = 1', {}, tx)
      })
    },
    close: () => db.close(),
  }
}
