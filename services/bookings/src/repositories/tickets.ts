import type { TicketStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import type { Models, TicketModel } from '../models/index.ts'
import { sourcesOf, TICKET_TRANSITIONS } from '../domain/transitions.ts'
import { forUpdate } from './sql.ts'

/** The first three digits of a ticket number are the airline's accounting code (IATA resolution 722); 899 is not assigned to an airline we know. */
const ACCOUNTING_CODE = '899'
/** Numbers taken at a time. A crash leaves the rest of a block unused, which is allowed: numbers must be unique, not dense. */
const BLOCK = 100

export class Tickets {
  readonly #db: Database
  readonly #models: Models

  constructor(db: Database, models: Models) {
    this.#db = db
    this.#models = models
  }

  async insert(tickets: readonly TicketModel['_creationAttributes'][], tx: Transaction): Promise<void> {
    await this.#models.Ticket.bulkCreate([...tickets], { transaction: tx })
  }

  /** The tickets of a booking that can be voided, sorted. The booking must be locked. */
  listLive(bookingId: string, tx: Transaction): Promise<{ number: string; status: TicketStatus }[]> {
    return this.#db.rows(
      'SELECT number, status FROM tickets WHERE booking_id = :bookingId AND status IN (:from) ORDER BY number',
      { bookingId, from: sourcesOf(TICKET_TRANSITIONS, 'voided') },
      tx,
    )
  }

  /** Voids the good tickets of a booking and gives their seats up to the next ticket; the number voided. */
  voidAll(bookingId: string, tx: Transaction): Promise<number> {
    return this.#db.run(
      "UPDATE tickets SET status = 'voided', live_seat = NULL WHERE booking_id = :bookingId AND status IN (:from)",
      { bookingId, from: sourcesOf(TICKET_TRANSITIONS, 'voided') },
      tx,
    )
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
