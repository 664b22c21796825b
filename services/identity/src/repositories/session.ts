import type { Database, Transaction } from '@skyhold/platform'
import { type ModelStatic, Op } from 'sequelize'
import { placeOf } from '../domain/place.ts'
import type { AuthenticationMethod, RevocationReason, Session } from '../domain/session.ts'
import { defineSession, type SessionRow } from '../models/session.ts'

export interface RevokedSession {
  sessionId: string
  revokedAt: number
}

export type VersionOfSession = Pick<Session, 'id' | 'version'>

export class SessionRepository {
  readonly #db: Database
  readonly #sessions: ModelStatic<SessionRow>

  constructor(db: Database) {
    this.#db = db
    this.#sessions = defineSession(db.sequelize)
  }

  async add(session: Omit<Session, 'revokedAtMs' | 'lastUsedAtMs' | 'version'>, tx: Transaction): Promise<void> {
    const { createdAtMs, expiresAtMs, amr, ...rest } = session
    await this.#sessions.create(
      {
        ...rest,
        amr: amr.join(),
        place: placeOf(session.address),
        createdAt: createdAtMs,
        lastUsedAt: createdAtMs,
        expiresAt: expiresAtMs,
        revokedAt: null,
        revokedReason: null,
        version: 1,
      },
      { transaction: tx },
    )
  }

  async find(id: string): Promise<Session | null> {
    const row = await this.#sessions.findByPk(id)
    return row && toSession(row)
  }

  /** The session with its row locked; null when there is none. Must be the first statement on sessions of its transaction. */
  async lock(id: string, tx: Transaction): Promise<Session | null> {
    const row = await this.#sessions.findByPk(id, { lock: tx.LOCK.UPDATE, transaction: tx })
    return row && toSession(row)
  }

  async noteUse(id: string, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<void> {
    await this.#db.run('UPDATE sessions SET last_used_at = :nowMs, version = version + 1 WHERE id = :id', { id, nowMs }, tx)
  }

  async setMethods(id: string, amr: readonly AuthenticationMethod[], tx: Transaction): Promise<void> {
    await this.#db.run('UPDATE sessions SET amr = :amr, version = version + 1 WHERE id = :id', { id, amr: amr.join() }, tx)
  }

  /** The version of the session that is now revoked; null when somebody was first. */
  async revoke(id: string, { reason, nowMs, tx }: { reason: RevocationReason; nowMs: number; tx: Transaction }): Promise<number | null> {
    const revoked = await this.#db.run(
      'UPDATE sessions SET revoked_at = :nowMs, revoked_reason = :reason, version = version + 1 WHERE id = :id AND revoked_at IS NULL',
      { id, nowMs, reason },
      tx,
    )
    if (revoked === 0) return null
    const row = await this.#sessions.findByPk(id, { transaction: tx, rejectOnEmpty: true })
    return row.version
  }

  async listLive(userId: string, { nowMs, before, limit }: { nowMs: number; before?: string; limit: number }): Promise<Session[]> {
    const rows = await this.#sessions.findAll({
      where: { userId, revokedAt: null, expiresAt: { [Op.gt]: nowMs }, ...(before !== undefined && { id: { [Op.lt]: before } }) },
      order: [['id', 'DESC']],
      limit,
    })
    return rows.map(toSession)
  }

  /** True when the user has opened a session from the place of this address that is still on record, ended or not. */
  async hasFrom(address: string, userId: string): Promise<boolean> {
    // A replica of an earlier version writes no place.
    const isThere = { [Op.or]: [{ place: placeOf(address) }, { place: '', address }] }
    return (await this.#sessions.findOne({ attributes: ['id'], where: { userId, ...isThere } })) !== null
  }

  /** The live sessions of a user, oldest first, with their rows locked. His own row must be locked: it keeps new ones out. */
  async lockLive(userId: string, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<VersionOfSession[]> {
    const rows = await this.#sessions.findAll({
      attributes: ['id', 'version'],
      where: { userId, revokedAt: null, expiresAt: { [Op.gt]: nowMs } },
      order: ['id'],
      lock: tx.LOCK.UPDATE,
      transaction: tx,
    })
    return rows.map(({ id, version }) => ({ id, version }))
  }

  /** Revokes sessions that `lockLive` has locked, in one statement: each is one version further. */
  async revokeLocked(
    ids: readonly string[],
    { userId, reason, nowMs, tx }: { userId: string; reason: RevocationReason; nowMs: number; tx: Transaction },
  ): Promise<void> {
    const revoked = await this.#db.run(
      `UPDATE sessions SET revoked_at = :nowMs, revoked_reason = :reason, version = version + 1
       WHERE user_id = :userId AND id IN (:ids) AND revoked_at IS NULL`,
      { userId, ids: [...ids], nowMs, reason },
      tx,
    )
    if (revoked !== ids.length) throw new Error(`Of ${ids.length} locked sessions ${revoked} could be revoked.`)
  }

  /** Oldest first; `limit` of them, and those of the same moment as the last of these. Served by the index on revoked_at. */
  async listRevokedSince(sinceMs: number, limit: number): Promise<{ data: RevokedSession[]; isCut: boolean }> {
    const data = await this.#db.rows<RevokedSession>(
      'SELECT id AS sessionId, revoked_at AS revokedAt FROM sessions WHERE revoked_at >= :sinceMs ORDER BY revoked_at, id LIMIT :limit',
      { sinceMs, limit },
    )
    const last = data.at(-1)
    if (data.length < limit || !last) return { data, isCut: false }
    const rest = await this.#db.rows<RevokedSession>(
      'SELECT id AS sessionId, revoked_at AS revokedAt FROM sessions WHERE revoked_at = :revokedAt AND id > :id',
      { revokedAt: last.revokedAt, id: last.sessionId },
    )
    return { data: [...data, ...rest], isCut: true }
  }

  async listExpiredIds(beforeMs: number, limit: number): Promise<string[]> {
    const rows = await this.#db.rows<{ id: string }>(
      'SELECT id FROM sessions WHERE expires_at < :beforeMs ORDER BY expires_at LIMIT :limit',
      {
        beforeMs,
        limit,
      },
    )
    return rows.map(({ id }) => id)
  }

  async remove(ids: readonly string[], tx: Transaction): Promise<void> {
    await this.#db.run('DELETE FROM sessions WHERE id IN (:ids)', { ids: [...ids] }, tx)
  }
}

const toSession = (row: SessionRow): Session => ({
  id: row.id,
  userId: row.userId,
  createdAtMs: row.createdAt,
  lastUsedAtMs: row.lastUsedAt,
  expiresAtMs: row.expiresAt,
  revokedAtMs: row.revokedAt,
  userAgent: row.userAgent,
  address: row.address,
  version: row.version,
  amr: row.amr.split(',') as AuthenticationMethod[], // Written from this type alone.
})
