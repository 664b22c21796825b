import { createLogger, type Database, openDatabase } from '@skyhold/platform'
import { tempDir } from '@skyhold/testkit'
import { defineModels, type Models } from '../../services/bookings/src/models/index.ts'

/** The database of a simulation. Migrated once and emptied for each run, because that takes a tenth of the time. */
export interface Stage {
  /** For those who look on: it takes no part in the run's time and chance. */
  db: Database
  /** For the next process of a run to live on. */
  nextMachine(): Machine
  clear(): Promise<void>
  close(): Promise<void>
}

/**
 * A process's way to the database, which takes longer to set up than a short life. Every run has all of them again, but each process of a run its own,
 * so that no one who is dead there sends anything for the living.
 */
export interface Machine {
  db: Database
  models: Models
}

const logger = createLogger({ service: 'simulation', level: 'silent' })

export async function setStage(): Promise<Stage> {
  const url = `sqlite:${tempDir('simulation')}/bookings.sqlite`
  const open = () => openDatabase({ url, logger, synchronous: 'NORMAL' })
  const db = open()
  await db.migrate(new URL('../../services/bookings/migrations/', import.meta.url))
  // No power is cut here: the disk may be as late as it likes. All that open the file in this process share the handle that this is for.
  await db.run('PRAGMA synchronous = OFF')
  const tables = await db.rows<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN ('schema_migrations', 'counters')`,
  )
  const machines: Machine[] = []
  let used = 0
  return {
    db,
    nextMachine() {
      const machine = (machines[used] ??= machineOver(open()))
      used += 1
      // Who lived here in the run before stood before its statements.
      Reflect.deleteProperty(machine.db.sequelize, 'query')
      for (const way of ['rows', 'run']) Reflect.deleteProperty(machine.db, way)
      return machine
    },
    async clear() {
      used = 0
      await db.transaction(async (tx) => {
        for (const { name } of tables) await db.run(`DELETE FROM ${name}`, {}, tx)
        await db.run('DELETE FROM sqlite_sequence', {}, tx)
        await db.run('UPDATE counters SET next_value = 1', {}, tx)
      })
    },
    async close() {
      for (const machine of machines) await machine.db.close()
      await db.close()
    },
  }
}

const machineOver = (db: Database): Machine => ({ db, models: defineModels(db.sequelize) })
