import type { Database, Transaction } from '@skyhold/platform'
import type { ModelStatic } from 'sequelize'
import type { LinkPurpose, MailLink } from '../domain/mail-links.ts'
import { defineMailLink, type MailLinkRow } from '../models/mail-link.ts'

export class MailLinkRepository {
  readonly #db: Database
  readonly #links: ModelStatic<MailLinkRow>

  constructor(db: Database) {
    this.#db = db
    this.#links = defineMailLink(db.sequelize)
  }

  async add({ createdAtMs, expiresAtMs, ...link }: Omit<MailLink, 'usedAtMs'> & { tokenHash: string }, tx: Transaction): Promise<void> {
    await this.#links.create({ ...link, createdAt: createdAtMs, expiresAt: expiresAtMs, usedAt: null }, { transaction: tx })
  }

  async find(handle: string): Promise<MailLink | null> {
    const row = await this.#links.findByPk(handle)
    return row && toLink(row)
  }

  async findByToken(tokenHash: string, purpose: LinkPurpose): Promise<MailLink | null> {
    const row = await this.#links.findOne({ where: { tokenHash, purpose } })
    return row && toLink(row)
  }

  /** Uses a link up; 0 means that it was used or has expired. */
  spend(handle: string, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<number> {
    return this.#db.run(
      'UPDATE mail_links SET used_at = :nowMs WHERE handle = :handle AND used_at IS NULL AND expires_at > :nowMs',
      { handle, nowMs },
      tx,
    )
  }

  /** Ends the links of a user that are still good: a newer one takes their place, or what they were for is done. */
  async end(userId: string, purpose: LinkPurpose, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<void> {
    await this.#db.run(
      'UPDATE mail_links SET expires_at = :nowMs WHERE user_id = :userId AND purpose = :purpose AND used_at IS NULL AND expires_at > :nowMs',
      { userId, purpose, nowMs },
      tx,
    )
  }

  /** Ends what would yet give the account another address than it has. */
  async endAddressChanges({ id, email }: { id: string; email: string }, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<void> {
    await this.#db.run(
      `UPDATE mail_links SET expires_at = :nowMs
        WHERE user_id = :id AND purpose = 'verify_email' AND email <> :email AND used_at IS NULL AND expires_at > :nowMs`,
      { id, email, nowMs },
      tx,
    )
  }

  /** Safe without a lock: what has expired never is good again. */
  removeExpired(beforeMs: number): Promise<number> {
    return this.#db.run('DELETE FROM mail_links WHERE expires_at < :beforeMs', { beforeMs })
  }
}

const toLink = (row: MailLinkRow): MailLink => ({
  handle: row.handle,
  userId: row.userId,
  purpose: row.purpose as LinkPurpose, // Written by requestLink alone.
  email: row.email,
  createdAtMs: row.createdAt,
  expiresAtMs: row.expiresAt,
  usedAtMs: row.usedAt,
})
