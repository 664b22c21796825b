import type { Database, Transaction } from '@skyhold/platform'
import type { IdempotencyKey, KeyRecord } from '../domain/idempotency.ts'
import { forUpdate, keepExisting } from './sql.ts'

const COLUMNS = `scope, idem_key AS idemKey, fingerprint, owner, locked_until AS lockedUntilMs, resource_id AS resourceId, response_status AS responseStatus, response_body AS responseBody`

export interface NewKey extends IdempotencyKey {
  owner: string
  lockedUntilMs: number
  resourceId: string | null
  responseStatus: number | null
  responseBody: string | null
  createdAtMs: number
}

/** What has been answered under which key, for as long as a client may ask again. */
export class IdempotencyKeys {
  protected readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  /** Inserts the keys that are new and leaves the others as they are; on the servers it waits for a transaction that has the same key. */
  async insertNew(keys: readonly NewKey[], tx: Transaction): Promise<void> {
    if (keys.length === 0) return
    const rows = [...keys]
      .sort((a, b) => (a.scope + a.idemKey < b.scope + b.idemKey ? -1 : 1))
      .map((key) => [
        key.scope,
        key.idemKey,
        key.fingerprint,
        key.owner,
        key.lockedUntilMs,
        key.resourceId,
        key.responseStatus,
        key.responseBody,
        key.createdAtMs,
      ])
    await this.db.run(
      `INSERT INTO idempotency_keys (scope, idem_key, fingerprint, owner, locked_until, resource_id, response_status, response_body, created_at) VALUES :rows
       ${keepExisting(this.db, { key: 'scope, idem_key', column: 'created_at' })}`,
      { rows },
      tx,
    )
  }

  async find(keys: readonly IdempotencyKey[], tx?: Transaction): Promise<KeyRecord[]> {
    if (keys.length === 0) return []
    return this.db.rows<KeyRecord>(
      `SELECT ${COLUMNS} FROM idempotency_keys WHERE (scope, idem_key) IN (${this.db.tupleList(':keys')})`,
      { keys: keys.map(({ scope, idemKey }) => [scope, idemKey]) },
      tx,
    )
  }

  async lock({ scope, idemKey }: IdempotencyKey, tx: Transaction): Promise<KeyRecord | null> {
    const [row] = await this.db.rows<KeyRecord>(
      `SELECT ${COLUMNS} FROM idempotency_keys WHERE scope = :scope AND idem_key = :idemKey${forUpdate(this.db)}`,
      { scope, idemKey },
      tx,
    )
    return row ?? null
  }

  /** Stores the answer; the first one stays. */
  storeAnswer(
    { scope, idemKey }: Pick<IdempotencyKey, 'scope' | 'idemKey'>,
    answer: { status: number; body: string },
    tx: Transaction,
  ): Promise<number> {
    return this.db.run(
      `UPDATE idempotency_keys SET response_status = :status, response_body = :body, locked_until = 0 WHERE scope = :scope AND idem_key = :idemKey AND response_status IS NULL`,
      { scope, idemKey, ...answer },
      tx,
    )
  }

  /** The request has been answered 202: whoever repeats it gets the present state and does not wait. */
  unlock({ scope, idemKey }: Pick<IdempotencyKey, 'scope' | 'idemKey'>): Promise<number> {
    return this.db.run('UPDATE idempotency_keys SET locked_until = 0 WHERE scope = :scope AND idem_key = :idemKey', { scope, idemKey })
  }

  purge(beforeMs: number, limit: number): Promise<number> {
    return this.db.run(
      this.db.dialect === 'sqlite'
        ? `DELETE FROM idempotency_keys WHERE rowid IN (SELECT rowid FROM idempotency_keys WHERE created_at < :beforeMs LIMIT ${limit})`
        : `DELETE FROM idempotency_keys WHERE created_at < :beforeMs ORDER BY created_at LIMIT ${limit}`,
      { beforeMs },
    )
  }
}
