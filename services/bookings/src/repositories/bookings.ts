import type { BookingStatus } from '@skyhold/contracts'
import { type Database, type SqlValues, type Transaction, unindexed } from '@skyhold/platform'
import type { InferAttributes, Model, ModelStatic } from 'sequelize'
import { BOOKING_TRANSITIONS, sourcesOf } from '../domain/transitions.ts'
import type { BookingModel, Models, PassengerModel, WholeBooking } from '../models/index.ts'
import { type BookingFilter, conditionOf } from './booking-filter.ts'
import { columnsOf, forUpdate, skipLocked } from './sql.ts'

/** What a transaction needs of a booking whose row it has locked. */
export interface LockedBooking {
  id: string
  operatorId: string
  reference: string
  userId: string
  holdId: string
  status: BookingStatus
  version: number
  totalMinor: number
  currency: string
}

const COLUMNS =
  'id, operator_id AS operatorId, reference, user_id AS userId, hold_id AS holdId, status, version, total_minor AS totalMinor, currency'

export type NewBooking = Omit<BookingModel['_creationAttributes'], 'version'>
export type NewPassengerRow = PassengerModel['_creationAttributes']

export class Bookings {
  readonly #db: Database
  readonly #models: Models

  constructor(db: Database, models: Models) {
    this.#db = db
    this.#models = models
  }

  /** `flightIds` are those of its hold, so that a flight's bookings can be found. */
  async insert(
    booking: NewBooking,
    { passengers, flightIds }: { passengers: readonly NewPassengerRow[]; flightIds: readonly string[] },
    tx: Transaction,
  ): Promise<void> {
    await this.#models.Booking.create({ ...booking, version: 1 }, { transaction: tx })
    await this.#models.Passenger.bulkCreate([...passengers], { transaction: tx })
    const rows = [...new Set(flightIds)].map((flightId) => [flightId, booking.id])
    await this.#db.run('INSERT INTO booking_flights (flight_id, booking_id) VALUES :rows', { rows }, tx)
  }

  /** The booking with all that belongs to it. */
  async find(id: string, tx?: Transaction): Promise<WholeBooking | null> {
    const [booking] = await this.findMany([id], tx)
    return booking ?? null
  }

  /** The same for many, newest first. */
  async findMany(ids: readonly string[], tx?: Transaction): Promise<WholeBooking[]> {
    if (ids.length === 0) return []
    const { Booking, Passenger, Ticket, Payment, Refund } = this.#models
    const bookings = await this.#read(Booking, 'WHERE id IN (:ids) ORDER BY created_at DESC, id DESC', { ids }, tx)
    if (bookings.length === 0) return []
    const these = { ids: bookings.map(({ id }) => id) }
    const ofThese = 'WHERE booking_id IN (:ids) ORDER BY'
    // One query each, because a join of four lists would return their product.
    const [passengers, tickets, payments, refunds] = await Promise.all([
      this.#read(Passenger, `${ofThese} position`, these, tx).then(byBooking),
      this.#read(Ticket, `${ofThese} number`, these, tx).then(byBooking),
      this.#read(Payment, `${ofThese} created_at, id`, these, tx).then(byBooking),
      this.#read(Refund, `${ofThese} created_at`, these, tx).then(byBooking),
    ])
    return bookings.map((booking) => ({
      ...booking,
      passengers: passengers.get(booking.id) ?? [],
      tickets: tickets.get(booking.id) ?? [],
      payments: payments.get(booking.id) ?? [],
      refunds: refunds.get(booking.id) ?? [],
    }))
  }

  /** The bookings that pass the filter, newest first, with all that belongs to them. The same number of queries for any number of bookings. */
  async list(filter: BookingFilter, limit: number): Promise<WholeBooking[]> {
    const { condition, values } = conditionOf(filter)
    const rows = await this.#db.rows<{ id: string }>(
      `SELECT b.id FROM bookings b WHERE ${condition} ORDER BY b.created_at DESC, b.id DESC LIMIT ${limit}`,
      values,
    )
    return this.findMany(rows.map(({ id }) => id))
  }

  /** Rows of a model as they are stored: Sequelize's own way to them takes longer than the database. */
  #read<M extends Model>(model: ModelStatic<M>, which: string, values: SqlValues, tx?: Transaction): Promise<InferAttributes<M>[]> {
    return this.#db.rows<InferAttributes<M>>(`SELECT ${columnsOf(model)} FROM ${model.tableName} ${which}`, values, tx)
  }

  async findByHold(holdId: string, tx?: Transaction): Promise<{ id: string; status: BookingStatus } | null> {
    const [row] = await this.#db.rows<{ id: string; status: BookingStatus }>(
      'SELECT id, status FROM bookings WHERE hold_id = :holdId',
      { holdId },
      tx,
    )
    return row ?? null
  }

  async findIdByReference(reference: string): Promise<string | null> {
    const [row] = await this.#db.rows<{ id: string }>('SELECT id FROM bookings WHERE reference = :reference', { reference })
    return row?.id ?? null
  }

  async lock(id: string, tx: Transaction): Promise<LockedBooking | null> {
    const [row] = await this.#db.rows<LockedBooking>(`SELECT ${COLUMNS} FROM bookings WHERE id = :id${forUpdate(this.#db)}`, { id }, tx)
    return row ?? null
  }

  async lockByHold(holdId: string, tx: Transaction): Promise<LockedBooking | null> {
    const [row] = await this.#db.rows<LockedBooking>(
      `SELECT ${COLUMNS} FROM bookings WHERE hold_id = :holdId${forUpdate(this.#db)}`,
      { holdId },
      tx,
    )
    return row ?? null
  }

  /** Locks the unpaid bookings on these holds that nobody else works on. */
  lockUnpaidOfHolds(holdIds: readonly string[], tx: Transaction): Promise<LockedBooking[]> {
    return this.#db.rows<LockedBooking>(
      `SELECT ${COLUMNS} FROM bookings WHERE hold_id IN (:holdIds) AND ${unindexed('status')} = 'awaiting_payment' ORDER BY id${skipLocked(this.#db)}`,
      { holdIds },
      tx,
    )
  }

  /** Which of the holds have an unpaid booking: locked by us or by somebody else. */
  async listHoldsWithUnpaid(holdIds: readonly string[], tx: Transaction): Promise<string[]> {
    if (holdIds.length === 0) return []
    const rows = await this.#db.rows<{ holdId: string }>(
      `SELECT hold_id AS holdId FROM bookings WHERE hold_id IN (:holdIds) AND ${unindexed('status')} = 'awaiting_payment'`,
      { holdIds },
      tx,
    )
    return rows.map(({ holdId }) => holdId)
  }

  /** Changes the status only from an expected one and raises the version; the number that changed. */
  transition(ids: readonly string[], to: BookingStatus, tx: Transaction): Promise<number> {
    return this.#db.run(
      `UPDATE bookings SET status = :to, version = version + 1 WHERE id IN (:ids) AND ${unindexed('status')} IN (:from)`,
      { ids, to, from: sourcesOf(BOOKING_TRANSITIONS, to) },
      tx,
    )
  }

  /** Puts a booking whose hold has lapsed on another one with the same seats. 0 when it is not on the expected one. */
  moveToHold(id: string, { from, to }: { from: string; to: string }, tx: Transaction): Promise<number> {
    return this.#db.run('UPDATE bookings SET hold_id = :to WHERE id = :id AND hold_id = :from', { id, from, to }, tx)
  }

  /** What its owner reads of it has changed although its row has not: what he has read before is stale. */
  raiseVersion(id: string, tx: Transaction): Promise<number> {
    return this.#db.run('UPDATE bookings SET version = version + 1 WHERE id = :id', { id }, tx)
  }

  /** 0 when the version is not the expected one any more. */
  changeContact(id: string, change: { email: string; phone: string | null; version: number }, tx: Transaction): Promise<number> {
    return this.#db.run(
      'UPDATE bookings SET contact_email = :email, contact_phone = :phone, version = version + 1 WHERE id = :id AND version = :version',
      { id, ...change },
      tx,
    )
  }
}

const byBooking = <T extends { bookingId: string }>(rows: readonly T[]): Map<string, T[]> => Map.groupBy(rows, ({ bookingId }) => bookingId)
