import type { Database, Transaction } from '@skyhold/platform'
import type { ModelStatic } from 'sequelize'
import type { Successor } from '../domain/refresh-tokens.ts'
import { defineRefreshToken, type RefreshTokenRow } from '../models/refresh-token.ts'

export interface RefreshToken {
  hash: string
  sessionId: string
  spentAtMs: number | null
  successorSealed: string | null
}

export interface Spending {
  hash: string
  successor: Successor
  nowMs: number
}

export class RefreshTokenRepository {
  readonly #db: Database
  readonly #tokens: ModelStatic<RefreshTokenRow>

  constructor(db: Database) {
    this.#db = db
    this.#tokens = defineRefreshToken(db.sequelize)
  }

  async find(hash: string): Promise<RefreshToken | null> {
    const row = await this.#tokens.findByPk(hash)
    return row && { hash: row.hash, sessionId: row.sessionId, spentAtMs: row.spentAt, successorSealed: row.successorSealed }
  }

  async add({ hash, sessionId, nowMs }: { hash: string; sessionId: string; nowMs: number }, tx: Transaction): Promise<void> {
    const unspent = { status: 'live', spentAt: null, successorHash: null, successorSealed: null } as const
    await this.#tokens.create({ hash, sessionId, createdAt: nowMs, ...unspent }, { transaction: tx })
  }

  /** Spends a live token; 0 means that somebody else was first. The condition is what makes fifty refreshes at once have one successor. */
  spend({ hash, successor, nowMs }: Spending, tx: Transaction): Promise<number> {
    return this.#db.run(
      `UPDATE refresh_tokens SET status = 'spent', spent_at = :nowMs, successor_hash = :next, successor_sealed = :sealed
       WHERE hash = :hash AND status = 'live'`,
      { hash, next: successor.hash, sealed: successor.sealed, nowMs },
      tx,
    )
  }

  /** Forgets what the predecessor of this token has sealed, once its grace time is over. */
  async forgetSealed({ successorHash, spentBeforeMs }: { successorHash: string; spentBeforeMs: number }, tx: Transaction): Promise<void> {
    await this.#db.run(
      'UPDATE refresh_tokens SET successor_sealed = NULL WHERE successor_hash = :successorHash AND spent_at < :spentBeforeMs',
      { successorHash, spentBeforeMs },
      tx,
    )
  }

  /** Removes those of sessions that were revoked before the moment, so many at most; how many there were. */
  async removeOfRevoked(beforeMs: number, limit: number): Promise<number> {
    const rows = await this.#db.rows<{ hash: string }>(
      `SELECT t.hash FROM sessions s JOIN refresh_tokens t ON t.session_id = s.id WHERE s.revoked_at < :beforeMs LIMIT :limit`,
      { beforeMs, limit },
    )
    if (rows.length === 0) return 0
    return this.#db.run('DELETE FROM refresh_tokens WHERE hash IN (:hashes)', { hashes: rows.map(({ hash }) => hash) })
  }

  async removeOfSessions(sessionIds: readonly string[], tx: Transaction): Promise<void> {
    await this.#db.run('DELETE FROM refresh_tokens WHERE session_id IN (:ids)', { ids: [...sessionIds] }, tx)
  }
}
