import type { Database, Transaction } from '@skyhold/platform'
import type { Models, TicketModel } from '../models/index.ts'
import { forUpdate } from './sql.ts'

/** The first three digits of a ticket number are the airline's accounting code (IATA resolution 722); 899 is not assigned to an airline we know. */
const ACCOUNTING_CODE = '899'
/** Numbers taken at a time. A crash leaves the rest of a block unused, which is allowed: numbers must be unique, not dense. */
const BLOCK = 100

export class Tickets {
  readonly #models: Models

  constructor(models: Models) {
    this.#models = models
  }

  async insert(tickets: readonly TicketModel['_creationAttributes'][], tx: Transaction): Promise<void> {
    await this.#models.Ticket.bulkCreate([...tickets], { transaction: tx })
  }
}

/** Hands out ticket numbers without a row that every sale would have to lock: each process takes them in blocks. */
export class TicketNumbers {
  readonly #db: Database
  #free: number[] = []
  #refill: Promise<void> | null = null

  constructor(db: Database) {
    this.#db = db
  }

  /** So many numbers of 13 digits. Call it outside a transaction. */
  async take(count: number): Promise<string[]> {
    while (this.#free.length < count) {
      this.#refill ??= this.#takeBlock().finally(() => {
        this.#refill = null
      })
      await this.#refill
    }
    return this.#free.splice(0, count).map((serial) => ACCOUNTING_CODE + String(serial).padStart(10, '0'))
  }

  async #takeBlock(): Promise<void> {
    const first = await this.#db.transaction(async (tx) => {
      const [row] = await this.#db.rows<{ next: number }>(
        `SELECT next_value AS next FROM counters WHERE name = 'ticket'${forUpdate(this.#db)}`,
        {},
        tx,
      )
      if (!row) throw new Error('the counter of the ticket numbers is missing: the migrations have not run')
      await this.#db.run(`UPDATE counters SET next_value = :next WHERE name = 'ticket'`, { next: row.next + BLOCK }, tx)
      return row.next
    })
    this.#free.push(...Array.from({ length: BLOCK }, (_, i) => first + i))
  }
}
