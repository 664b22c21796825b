import { type Database, type Transaction, unindexed } from '@skyhold/platform'
import { Op } from 'sequelize'
import type { StoredAvailability } from '../domain/availability.ts'
import type { FlightRecord } from '../domain/flight.ts'
import type { ScheduleRecord } from '../domain/schedule.ts'
import { AHEAD } from '../domain/status.ts'
import type { Models } from '../models/index.ts'
import { FLIGHT_COLUMNS, attributesOf, recordOf, type FlightRow } from './flight-rows.ts'

export interface FlightWithAvailability {
  record: FlightRecord
  stored: StoredAvailability | null
}

interface JoinedRow extends FlightRow {
  availability_sequence: number | null
  availability_cabins: string | null
  availability_fares: string | null
}

export interface MadeFlights {
  has(schedule: Pick<ScheduleRecord, 'id' | 'carrierCode' | 'flightNumber' | 'origin'>, date: string): boolean
}

const JOINED = `SELECT ${FLIGHT_COLUMNS}, a.sequence AS availability_sequence, a.cabins AS availability_cabins, a.fares AS availability_fares
  FROM flights f LEFT JOIN availability a ON a.flight_id = f.id`

/** More than one pair of airports has in a day anywhere: the answer to a search stays bounded whatever is in the table. */
const ROUTE_DAY_MAX = 500

export class FlightRepository {
  readonly #db: Database
  readonly #Flight: Models['Flight']

  constructor(db: Database, { Flight }: Models) {
    this.#db = db
    this.#Flight = Flight
  }

  async findById(id: string): Promise<FlightWithAvailability | null> {
    const [row] = await this.#db.rows<JoinedRow>(`${JOINED} WHERE f.id = :id`, { id })
    return row ? joinedOf(row) : null
  }

  /** The flight as the transaction sees it, for a change that is then made on the condition of its version. */
  async findForChange(id: string, tx: Transaction): Promise<FlightRecord | null> {
    const [row] = await this.#db.rows<FlightRow>(`SELECT ${FLIGHT_COLUMNS} FROM flights f WHERE f.id = :id`, { id }, tx)
    return row ? recordOf(row) : null
  }

  /** The same with the row locked first, so that nobody changes it before the end of the transaction. */
  async lockForChange(id: string, tx: Transaction): Promise<FlightRecord | null> {
    const [record] = await this.lockMany([id], tx)
    return record ?? null
  }

  /** Those that are there, locked in one order. */
  async lockMany(ids: readonly string[], tx: Transaction): Promise<FlightRecord[]> {
    const where = { id: { [Op.in]: ids.toSorted() } }
    await this.#Flight.findAll({ attributes: ['id'], where, order: ['id'], lock: tx.LOCK.UPDATE, transaction: tx })
    const rows = await this.#db.rows<FlightRow>(`SELECT ${FLIGHT_COLUMNS} FROM flights f WHERE f.id IN (:ids) ORDER BY f.id`, { ids }, tx)
    return rows.map(recordOf)
  }

  /** Flights whose time to leave or to land has passed and whose state does not say so: the longest past first. */
  async listPast({ nowMs, limit }: { nowMs: number; limit: number }): Promise<string[]> {
    const rows = await this.#db.rows<{ id: string }>(
      `SELECT id FROM flights WHERE (status IN (:ahead) AND departs_at_utc <= :nowMs) OR (status = 'departed' AND departs_at_utc <= :nowMs AND arrives_at_utc <= :nowMs)
       ORDER BY departs_at_utc, id LIMIT :limit`,
      { ahead: AHEAD, nowMs, limit },
    )
    return rows.map(({ id }) => id)
  }

  /** Puts locked flights into a state that the table of transitions leads to, and raises their versions. */
  async raiseStatus(ids: readonly string[], to: 'departed' | 'arrived', tx: Transaction): Promise<number> {
    if (ids.length === 0) return 0
    return this.#db.run(
      `UPDATE flights SET status = :to, version = version + 1 WHERE id IN (:ids) AND ${unindexed('status')} IN (:from)`,
      { ids, to, from: to === 'arrived' ? [...AHEAD, 'departed'] : AHEAD },
      tx,
    )
  }

  /** All flights of a day between two airports: one walk down the index flights_by_route, however large the table. */
  async listRouteDay({ from, to, date }: { from: string; to: string; date: string }): Promise<FlightWithAvailability[]> {
    const rows = await this.#db.rows<JoinedRow>(
      `${JOINED} WHERE f.origin = :from AND f.destination = :to AND f.local_date = :date ORDER BY f.departs_at_utc LIMIT ${ROUTE_DAY_MAX}`,
      { from, to, date },
    )
    return rows.map(joinedOf)
  }

  async add(records: readonly FlightRecord[], tx: Transaction): Promise<void> {
    await this.#Flight.bulkCreate(records.map(attributesOf), { transaction: tx })
  }

  /** Writes the record if the stored one is still the version before it; 0 means that somebody else was first. */
  async replace(record: FlightRecord, tx: Transaction): Promise<number> {
    const { id, ...attributes } = attributesOf(record)
    const [changed] = await this.#Flight.update(attributes, { where: { id, version: record.version - 1 }, transaction: tx })
    return changed
  }

  /** What exists between two days, both included, by schedule and by flight number: one that an operator made by hand under the number takes the place of the timetable's. */
  async findMade({ sinceDate, untilDate }: { sinceDate: string; untilDate: string }): Promise<MadeFlights> {
    const rows = await this.#db.rows<Pick<FlightRow, 'schedule_id' | 'operating_date' | 'carrier_code' | 'flight_number' | 'origin'>>(
      'SELECT schedule_id, operating_date, carrier_code, flight_number, origin FROM flights WHERE operating_date BETWEEN :sinceDate AND :untilDate',
      { sinceDate, untilDate },
    )
    const made = new Set(
      rows.flatMap((row) => [
        `${row.schedule_id} ${row.operating_date}`,
        `${row.carrier_code} ${row.flight_number} ${row.origin} ${row.operating_date}`,
      ]),
    )
    return {
      has: ({ id, carrierCode, flightNumber, origin }, date) =>
        made.has(`${id} ${date}`) || made.has(`${carrierCode} ${flightNumber} ${origin} ${date}`),
    }
  }

  /** Numbers that two copies compare to know whether they are level. */
  async snapshotHead({ departedAfterMs }: { departedAfterMs: number }): Promise<{ count: number; sequenceSum: number }> {
    const [row] = await this.#db.rows<{ flights: number; versions: number | string | null }>(
      'SELECT COUNT(*) AS flights, SUM(version) AS versions FROM flights WHERE departs_at_utc > :departedAfterMs',
      { departedAfterMs },
    )
    // SUM is a DECIMAL on the servers and comes as text; NULL for no rows.
    return { count: Number(row?.flights ?? 0), sequenceSum: Number(row?.versions ?? 0) }
  }

  async snapshotPage({
    departedAfterMs,
    afterId,
    limit,
  }: {
    departedAfterMs: number
    afterId: string
    limit: number
  }): Promise<FlightRecord[]> {
    const rows = await this.#db.rows<FlightRow>(
      `SELECT ${FLIGHT_COLUMNS} FROM flights f WHERE f.id > :afterId AND f.departs_at_utc > :departedAfterMs ORDER BY f.id LIMIT :limit`,
      { departedAfterMs, afterId, limit },
    )
    return rows.map(recordOf)
  }
}

function joinedOf(row: JoinedRow): FlightWithAvailability {
  const { availability_sequence: sequence, availability_cabins: cabins, availability_fares: fares } = row
  const stored =
    sequence === null || cabins === null || fares === null
      ? null
      : { sequence: Number(sequence), cabins: JSON.parse(cabins), fares: JSON.parse(fares) }
  return { record: recordOf(row), stored }
}
