import type { FlightStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'

export interface FlightStep {
  flightId: string
  from: FlightStatus
  to: FlightStatus
  atMs: number
  /** Who did it: a user's id, or `job:<name>`. */
  actor: string
  requestId: string
  note?: string
}

/** The trail of every change of a flight's state, written in the transaction that makes it. Every flight begins as `scheduled`, so its beginning has no row. */
export class FlightAudit {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async append(steps: readonly FlightStep[], tx: Transaction): Promise<void> {
    if (steps.length === 0) return
    const rows = steps.map(({ flightId, from, to, atMs, actor, requestId, note }) => [
      'flight',
      flightId,
      from,
      to,
      atMs,
      actor,
      requestId,
      note ?? '',
    ])
    await this.#db.run(
      'INSERT INTO audit (aggregate_type, aggregate_id, from_status, to_status, at, actor, request_id, note) VALUES :rows',
      { rows },
      tx,
    )
  }
}
