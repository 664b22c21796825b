import type { Database } from '@skyhold/platform'
import { keepExisting } from './sql.ts'

export type ProviderEventState = 'received' | 'applied' | 'ignored' | 'parked'

/** The provider's webhooks, each kept once. A parked one is validly signed and makes no sense to us: a person looks at it. */
export class ProviderEvents {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The state of the event with this id, which is `received` when it is new. */
  async receive(event: { id: string; type: string; payload: string }): Promise<ProviderEventState> {
    const rows = [[event.id, event.type, 'received', '', event.payload, await this.#db.now()]]
    await this.#db.run(
      `INSERT INTO provider_events (id, type, state, note, payload, received_at) VALUES :rows ${keepExisting(this.#db, { key: 'id', column: 'received_at' })}`,
      { rows },
    )
    const [row] = await this.#db.rows<{ state: ProviderEventState }>('SELECT state FROM provider_events WHERE id = :id', { id: event.id })
    if (!row) throw new Error(`provider event ${event.id} is gone`)
    return row.state
  }

  async settle(id: string, state: Exclude<ProviderEventState, 'received'>, note = ''): Promise<void> {
    await this.#db.run('UPDATE provider_events SET state = :state, note = :note WHERE id = :id', { id, state, note })
  }

  async countParked(): Promise<number> {
    const [row] = await this.#db.rows<{ parked: number }>(`SELECT COUNT(*) AS parked FROM provider_events WHERE state = 'parked'`)
    return Number(row?.parked ?? 0)
  }
}
