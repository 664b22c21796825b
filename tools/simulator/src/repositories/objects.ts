import type { ChargeObject, DisputeObject, EventObject, IntentObject, RefundObject } from '../domain/objects.ts'
import { missing } from '../domain/refusal.ts'
import type { Store } from './store.ts'

export interface ListFilter {
  paymentIntent?: string | null
  charge?: string | null
  type?: string | null
  createdFrom?: number | null
  createdTo?: number | null
  startingAfter?: string | null
  endingBefore?: string | null
  limit: number
}

type AnyObject = IntentObject | ChargeObject | RefundObject | DisputeObject | EventObject
type Table = 'intents' | 'charges' | 'refunds' | 'disputes' | 'events'

const parentsOf = (object: AnyObject): [paymentIntent: string | null, charge: string | null, type: string | null] => {
  if (object.object === 'charge') return [object.payment_intent, null, null]
  if (object.object === 'refund' || object.object === 'dispute') return [object.payment_intent, object.charge, null]
  if (object.object === 'event') return [null, null, object.type]
  return [null, null, null]
}

/** One table of objects of a kind. Writes belong inside `store.commit`. */
export class Objects<T extends AnyObject> {
  readonly #store: Store
  readonly #table: Table
  readonly #kind: string

  constructor(store: Store, table: Table, kind: string) {
    this.#store = store
    this.#table = table
    this.#kind = kind
  }

  insert(object: T): void {
    this.#store.run(
      `INSERT INTO ${this.#table} (id, created, payment_intent, charge, type, body) VALUES (?, ?, ?, ?, ?, ?)`,
      object.id,
      object.created,
      ...parentsOf(object),
      JSON.stringify(object),
    )
  }

  update(object: T): void {
    const changed = this.#store.run(`UPDATE ${this.#table} SET body = ? WHERE id = ?`, JSON.stringify(object), object.id)
    if (changed !== 1) throw new Error(`${this.#kind} ${object.id} was to be updated and is not there`)
  }

  find(id: string): T | null {
    const row = this.#store.row<{ body: string }>(`SELECT body FROM ${this.#table} WHERE id = ?`, id)
    return row ? this.#parse(row.body) : null
  }

  /** Throws Stripe's 404, or 400 when the id came as a parameter. */
  get(id: string, param = 'id', status: 400 | 404 = 404): T {
    const object = this.find(id)
    if (!object) throw missing(this.#kind, id, param, status)
    return object
  }

  findByIntent(paymentIntent: string): T[] {
    return this.#store
      .rows<{ body: string }>(`SELECT body FROM ${this.#table} WHERE payment_intent = ? ORDER BY seq`, paymentIntent)
      .map((row) => this.#parse(row.body))
  }

  /** Newest first, one more than the limit tells whether there are more. */
  list(filter: ListFilter): { data: T[]; hasMore: boolean } {
    const seqOf = (id: string | null | undefined) =>
      id ? (this.#store.row<{ seq: number }>(`SELECT seq FROM ${this.#table} WHERE id = ?`, id)?.seq ?? 0) : null
    const backwards = Boolean(filter.endingBefore)
    const conditions: [sql: string, value: string | number | null | undefined][] = [
      ['payment_intent = ?', filter.paymentIntent],
      ['charge = ?', filter.charge],
      ['type = ?', filter.type],
      ['created >= ?', filter.createdFrom],
      ['created <= ?', filter.createdTo],
      ['seq < ?', seqOf(filter.startingAfter)],
      ['seq > ?', seqOf(filter.endingBefore)],
    ]
    const given = conditions.filter((entry): entry is [string, string | number] => entry[1] !== null && entry[1] !== undefined)
    const where = given.length ? `WHERE ${given.map(([sql]) => sql).join(' AND ')}` : ''
    const rows = this.#store.rows<{ body: string }>(
      `SELECT body FROM ${this.#table} ${where} ORDER BY seq ${backwards ? 'ASC' : 'DESC'} LIMIT ?`,
      ...given.map(([, value]) => value),
      filter.limit + 1,
    )
    const page = rows.slice(0, filter.limit).map((row) => this.#parse(row.body))
    return { data: backwards ? page.toReversed() : page, hasMore: rows.length > filter.limit }
  }

  /** In the order of their making, from after an object on: the ledger's pages. */
  page({ after, limit }: { after: string | null; limit: number }): T[] {
    const seq = after === null ? 0 : this.#store.row<{ seq: number }>(`SELECT seq FROM ${this.#table} WHERE id = ?`, after)?.seq
    if (seq === undefined) throw missing(this.#kind, after ?? '', 'cursor', 400)
    return this.#store
      .rows<{ body: string }>(`SELECT body FROM ${this.#table} WHERE seq > ? ORDER BY seq LIMIT ?`, seq, limit)
      .map((row) => this.#parse(row.body))
  }

  count(): number {
    return this.#store.row<{ n: number }>(`SELECT COUNT(*) AS n FROM ${this.#table}`)?.n ?? 0
  }

  #parse(body: string): T {
    // What stands in the table was written by `insert` and `update` of this class.
    return JSON.parse(body) as T
  }
}
