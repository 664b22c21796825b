import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { QueryInterface } from 'sequelize'
import { columnsFor, type Database, TABLE_OPTIONS } from './database/index.ts'

/** A crashed replica's job is free for another after so long. A running one renews its lease three times in it. */
const LEASE_MS = 60_000
/** The next run may begin a little before its period is over, because replicas do not tick at the same instant. */
const PERIOD_SHARE = 0.9

/** One row per job that only one replica may run. Times are the database's. */
export class JobLeases {
  readonly #db: Database
  readonly #logger: Logger
  readonly #leaseMs: number
  /** Two processes may have been given the same name by mistake; this they cannot share. */
  readonly #holder: string

  constructor({ db, owner, leaseMs = LEASE_MS, logger }: { db: Database; owner: string; leaseMs?: number; logger: Logger }) {
    this.#db = db
    this.#logger = logger
    this.#leaseMs = leaseMs
    this.#holder = `${owner.slice(0, 40)}/${randomUUID()}`
  }

  /** Does the work if the lease is free and, with `isDueOnly`, nobody has done it in this period. False when it was not this replica's turn. */
  async whileHeld(
    name: string,
    { periodMs, isDueOnly }: { periodMs: number; isDueOnly: boolean },
    work: () => Promise<void>,
  ): Promise<boolean> {
    const startedAtMs = await this.#take(name, isDueOnly)
    if (startedAtMs === null) return false
    const renewal = setInterval(() => void this.#renew(name), this.#leaseMs / 3)
    let notBeforeMs = 0 // Failed: whoever ticks next tries it.
    try {
      await work()
      notBeforeMs = startedAtMs + Math.trunc(periodMs * PERIOD_SHARE)
    } finally {
      clearInterval(renewal)
      await this.#release(name, notBeforeMs)
    }
    return true
  }

  async #take(name: string, isDueOnly: boolean): Promise<number | null> {
    const db = this.#db
    const nowMs = await db.now()
    const ifNew = db.dialect === 'sqlite' ? 'ON CONFLICT (name) DO NOTHING' : 'ON DUPLICATE KEY UPDATE name = job_leases.name'
    await db.run(`INSERT INTO job_leases (name, locked_until, not_before) VALUES (:name, 0, 0) ${ifNew}`, { name })
    const taken = await db.run(
      `UPDATE job_leases SET holder = :holder, locked_until = :until
       WHERE name = :name AND locked_until <= :nowMs ${isDueOnly ? 'AND not_before <= :nowMs' : ''}`,
      { name, holder: this.#holder, until: nowMs + this.#leaseMs, nowMs },
    )
    return taken === 1 ? nowMs : null
  }

  async #renew(name: string): Promise<void> {
    try {
      const until = (await this.#db.now()) + this.#leaseMs
      const renewed = await this.#db.run('UPDATE job_leases SET locked_until = :until WHERE name = :name AND holder = :holder', {
        name,
        holder: this.#holder,
        until,
      })
      if (renewed === 0) this.#logger.warn({ job: name }, 'job lease lost: another replica may run it too')
    } catch (error) {
      this.#logger.warn({ err: error, job: name }, 'job lease could not be renewed')
    }
  }

  async #release(name: string, notBeforeMs: number): Promise<void> {
    try {
      await this.#db.run(
        'UPDATE job_leases SET holder = NULL, locked_until = 0, not_before = :notBeforeMs WHERE name = :name AND holder = :holder',
        {
          name,
          holder: this.#holder,
          notBeforeMs,
        },
      )
    } catch (error) {
      this.#logger.warn({ err: error, job: name }, 'job lease could not be given back: it runs out by itself')
    }
  }
}

/** The lease rows. For a migration of each service that has a job with `lease`. */
export async function jobsTable(queryInterface: QueryInterface): Promise<void> {
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'job_leases',
    {
      name: column.ascii(64, { primaryKey: true }),
      holder: column.text(80, { allowNull: true }),
      /** Past it the holder is taken for dead. */
      locked_until: column.millis({ defaultValue: 0 }),
      /** No scheduled run begins before. */
      not_before: column.millis({ defaultValue: 0 }),
    },
    TABLE_OPTIONS,
  )
}
