import type { ProviderEventStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { forUpdate, keepExisting } from './sql.ts'

export interface ProviderEventRow {
  id: string
  type: string
  state: ProviderEventStatus
  note: string
  payload: string
  receivedAtMs: number
}

/** What nobody has to do anything about any more. */
export const CLOSED_STATUSES = ['applied', 'ignored', 'dismissed'] as const satisfies readonly ProviderEventStatus[]
type ClosedStatus = (typeof CLOSED_STATUSES)[number]

export interface SettledEvent {
  from: readonly ProviderEventStatus[]
  state: Exclude<ProviderEventStatus, 'received'>
  note: string
}

const NO_PAYLOAD = '{}'
const COLUMNS = 'id, type, state, note, payload, received_at AS receivedAtMs'

/** The provider's webhooks, each kept once. A parked one is validly signed and makes no sense to us: a person looks at it. */
export class ProviderEvents {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The state of the event with this id, which is `received` when it is new. */
  async receive(event: { id: string; type: string; payload: string }): Promise<ProviderEventStatus> {
    const rows = [[event.id, event.type, 'received', '', event.payload, await this.#db.now()]]
    await this.#db.run(
      `INSERT INTO provider_events (id, type, state, note, payload, received_at) VALUES :rows ${keepExisting(this.#db, { key: 'id', column: 'received_at' })}`,
      { rows },
    )
    const [row] = await this.#db.rows<{ state: ProviderEventStatus }>('SELECT state FROM provider_events WHERE id = :id', { id: event.id })
    if (!row) throw new Error(`provider event ${event.id} is gone`)
    return row.state
  }

  async find(id: string): Promise<ProviderEventRow | null> {
    const [row] = await this.#db.rows<ProviderEventRow>(`SELECT ${COLUMNS} FROM provider_events WHERE id = :id`, { id })
    return row ? toRow(row) : null
  }

  /** The first statement of its transaction. */
  async lock(id: string, tx: Transaction): Promise<ProviderEventRow | null> {
    const [row] = await this.#db.rows<ProviderEventRow>(
      `SELECT ${COLUMNS} FROM provider_events WHERE id = :id${forUpdate(this.#db)}`,
      { id },
      tx,
    )
    return row ? toRow(row) : null
  }

  /**
   * Says what became of an event, unless it has left the states that it may come from: 0 then. Of one that means nothing to us nothing is kept but its id and type: a body holds
   * cardholders' names and intents' secrets.
   */
  settle(id: string, { from, state, note }: SettledEvent, tx?: Transaction): Promise<number> {
    const payload = state === 'ignored' ? `, payload = '${NO_PAYLOAD}'` : ''
    return this.#db.run(
      `UPDATE provider_events SET state = :state, note = :note ${payload} WHERE id = :id AND state IN (:from)`,
      { id, state, note, from },
      tx,
    )
  }

  /** Forgets those of a state that came before then; what waits for a person has no such state. The number that went, at most `limit`. */
  purge(state: ClosedStatus, { beforeMs, limit }: { beforeMs: number; limit: number }): Promise<number> {
    return this.#db.run(
      this.#db.dialect === 'sqlite'
        ? `DELETE FROM provider_events WHERE rowid IN (SELECT rowid FROM provider_events WHERE state = :state AND received_at < :beforeMs LIMIT ${limit})`
        : `DELETE FROM provider_events WHERE state = :state AND received_at < :beforeMs ORDER BY received_at LIMIT ${limit}`,
      { state, beforeMs },
    )
  }

  /** Of one state, newest first, from behind the one given. */
  async list({
    state,
    limit,
    after,
  }: {
    state: ProviderEventStatus
    limit: number
    after?: Pick<ProviderEventRow, 'id' | 'receivedAtMs'>
  }): Promise<ProviderEventRow[]> {
    const behind = after ? 'AND (received_at < :receivedAtMs OR (received_at = :receivedAtMs AND id < :id))' : ''
    const rows = await this.#db.rows<ProviderEventRow>(
      `SELECT ${COLUMNS} FROM provider_events WHERE state = :state ${behind} ORDER BY received_at DESC, id DESC LIMIT ${limit}`,
      { state, ...after },
    )
    return rows.map(toRow)
  }

  async countParked(): Promise<number> {
    const [row] = await this.#db.rows<{ parked: number }>(`SELECT COUNT(*) AS parked FROM provider_events WHERE state = 'parked'`)
    return Number(row?.parked ?? 0)
  }
}

const toRow = (row: ProviderEventRow): ProviderEventRow => ({ ...row, receivedAtMs: Number(row.receivedAtMs) })
