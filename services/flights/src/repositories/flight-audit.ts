import type { FlightStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import type { AuditedFlight } from '../domain/audited.ts'

export interface FlightStep {
  flightId: string
  from: FlightStatus
  /** The same as `from` of an act that leaves the status as it is. */
  to: FlightStatus
  atMs: number
  /** Who did it: a user's id, or `job:<name>`. */
  actor: string
  requestId: string
  note?: string
  /** What the act changed, as it was; null of a flight's beginning. Left out, with `after`, by who changes the status alone. */
  before?: AuditedFlight | null
  after?: AuditedFlight
}

export interface AuditRecord {
  id: number
  flightId: string
  atMs: number
  actorId: string
  action: 'flight.scheduled' | 'flight.changed' | 'flight.cancelled'
  before: AuditedFlight | null
  after: AuditedFlight
  requestId: string
}

interface Row {
  id: number
  flight_id: string
  from_status: FlightStatus
  to_status: FlightStatus
  at: number
  actor: string
  request_id: string
  before_json: string | null
  after_json: string | null
}

/**
 * Who did what to a flight, written in the transaction that does it and never changed. Rows of the type `flight` are the path of its status, whose
 * beginning has none because every flight begins as `scheduled`; acts that change something else have the type `note`.
 */
export class FlightAudit {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async append(steps: readonly FlightStep[], tx: Transaction): Promise<void> {
    if (steps.length === 0) return
    const rows = steps.map(({ flightId, from, to, atMs, actor, requestId, note, before, after }) => [
      from === to ? 'note' : 'flight',
      flightId,
      from,
      to,
      atMs,
      actor,
      requestId,
      note ?? '',
      before ? JSON.stringify(before) : null,
      after ? JSON.stringify(after) : null,
    ])
    await this.#db.run(
      'INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note, before_json, after_json) VALUES :rows',
      { rows },
      tx,
    )
  }

  /** Of one flight, newest first, below the number `beforeId`. */
  async list(flightId: string, { beforeId, limit }: { beforeId?: number; limit: number }): Promise<AuditRecord[]> {
    const rows = await this.#db.rows<Row>(
      `SELECT id, aggregate_id AS flight_id, from_status, to_status, at, actor, request_id, before_json, after_json FROM audit
       WHERE aggregate_id = :flightId AND id < :beforeId ORDER BY id DESC LIMIT :limit`,
      { flightId, beforeId: beforeId ?? Number.MAX_SAFE_INTEGER, limit },
    )
    return rows.map(toRecord)
  }
}

const toRecord = (row: Row): AuditRecord => ({
  id: Number(row.id),
  flightId: row.flight_id,
  atMs: Number(row.at),
  actorId: row.actor,
  action: actionOf(row),
  ...statesOf(row),
  requestId: row.request_id,
})

function actionOf({ from_status, to_status, before_json, after_json }: Row): AuditRecord['action'] {
  if (before_json === null && after_json !== null) return 'flight.scheduled'
  return from_status !== to_status && to_status === 'cancelled' ? 'flight.cancelled' : 'flight.changed'
}

function statesOf({ from_status, to_status, before_json, after_json }: Row): Pick<AuditRecord, 'before' | 'after'> {
  if (after_json === null) return { before: { status: from_status }, after: { status: to_status } }
  return { before: before_json === null ? null : JSON.parse(before_json), after: JSON.parse(after_json) }
}
