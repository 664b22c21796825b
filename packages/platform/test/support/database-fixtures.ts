import { pino } from 'pino'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/database/index.ts'

export const openTestDatabase = (url: string, options: Partial<DatabaseOptions> = {}): Database =>
  openDatabase({ url, logger: pino({ level: 'silent' }), ...options })

/** Seats without an owner. */
export async function createSeats(db: Database, count: number): Promise<void> {
  const engine = db.dialect === 'mysql' ? ' ENGINE=InnoDB' : ''
  await db.run(
    `CREATE TABLE seats (id INTEGER NOT NULL PRIMARY KEY, owner VARCHAR(40), version BIGINT NOT NULL, CHECK (version >= 0))${engine}`,
  )
  await db.run('INSERT INTO seats (id, owner, version) VALUES :rows', {
    rows: Array.from({ length: count }, (_, index) => [index + 1, null, 0]),
  })
}

export async function versionOf(db: Database, id: number): Promise<number> {
  const [seat] = await db.rows<{ version: number }>('SELECT version FROM seats WHERE id = :id', { id })
  return seat?.version ?? Number.NaN
}

/** Two parties that each come to a point before either goes on. */
export function meetingOf(parties: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let missing = parties
  return () => {
    missing -= 1
    if (missing <= 0) resolve()
    return promise
  }
}
