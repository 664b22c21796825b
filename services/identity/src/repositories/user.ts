import type { Role } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { type ModelStatic, Op } from 'sequelize'
import { normalizeEmail } from '../domain/email.ts'
import { sortedRoles } from '../domain/roles.ts'
import type { UserAccount, UserCredentials } from '../domain/user.ts'
import { defineUser, type UserRow } from '../models/user.ts'

export type NewUser = Omit<UserCredentials, 'version' | 'passwordVersion'>

/** Changes of a user; the version counts them. */
export interface UserChange {
  givenNames?: string
  familyName?: string
  roles?: Role[]
  /** As typed; the spelling that it is looked up by follows. */
  email?: string
  emailVerifiedAtMs?: number
}

export class UserRepository {
  readonly #db: Database
  readonly #users: ModelStatic<UserRow>

  constructor(db: Database) {
    this.#db = db
    this.#users = defineUser(db.sequelize)
  }

  /** Throws a `duplicate` of the database when the address, in any letter case, has an account. */
  async add(user: NewUser, tx: Transaction): Promise<void> {
    const { createdAtMs, emailVerifiedAtMs, roles, ...rest } = user
    const times = { createdAt: createdAtMs, updatedAt: createdAtMs, emailVerifiedAt: emailVerifiedAtMs }
    await this.#users.create(
      {
        ...rest,
        ...times,
        emailNormalized: normalizeEmail(user.email),
        roles: sortedRoles(roles).join(','),
        version: 1,
        passwordVersion: 1,
      },
      { transaction: tx },
    )
  }

  async find(id: string): Promise<UserAccount | null> {
    const row = await this.#users.findByPk(id)
    return row && toAccount(row)
  }

  async findCredentials(email: string): Promise<UserCredentials | null> {
    const row = await this.#users.findOne({ where: { emailNormalized: normalizeEmail(email) } })
    return row && { ...toAccount(row), passwordHash: row.passwordHash }
  }

  /** Of a user who is signed in; null when he is gone. */
  async findCredentialsOf(id: string): Promise<UserCredentials | null> {
    const row = await this.#users.findByPk(id)
    return row && { ...toAccount(row), passwordHash: row.passwordHash }
  }

  async hasEmail(email: string): Promise<boolean> {
    return (await this.#users.count({ where: { emailNormalized: normalizeEmail(email) } })) > 0
  }

  /** Served by no index: asked once in the life of an installation. */
  async hasRole(role: Role, tx: Transaction): Promise<boolean> {
    // No role's name is a part of another's.
    const found = await this.#users.findOne({ attributes: ['id'], where: { roles: { [Op.like]: `%${role}%` } }, transaction: tx })
    return found !== null
  }

  /** Newest first, below the id `before`; `emailPart` is looked for anywhere in the address. */
  async list({ emailPart, before, limit }: { emailPart?: string; before?: string; limit: number }): Promise<UserAccount[]> {
    const wanted = emailPart === undefined ? '' : "AND email_normalized LIKE :pattern ESCAPE '!'"
    const rows = await this.#db.rows<{ id: string }>(
      `SELECT id FROM users WHERE id < :before ${wanted} ORDER BY id DESC LIMIT :limit`,
      // '~' sorts behind every letter and digit of an id.
      { before: before ?? '~', limit, pattern: `%${normalizeEmail(emailPart ?? '').replace(/[!%_]/g, '!$&')}%` },
    )
    const found = await this.#users.findAll({ where: { id: { [Op.in]: rows.map(({ id }) => id) } }, order: [['id', 'DESC']] })
    return found.map(toAccount)
  }

  /** Locks the rows, in the order of their ids so that two callers cannot wait for each other. Must be the first statement of its transaction. */
  async lock(ids: readonly string[], tx: Transaction): Promise<Map<string, UserAccount>> {
    const rows = await this.#users.findAll({ where: { id: { [Op.in]: [...ids] } }, order: ['id'], lock: tx.LOCK.UPDATE, transaction: tx })
    return new Map(rows.map((row) => [row.id, toAccount(row)]))
  }

  /** The changed user, or null when there is none. The row stays locked until the transaction ends. */
  async change(id: string, change: UserChange, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<UserAccount | null> {
    const { roles, email, emailVerifiedAtMs, ...names } = change
    const values = {
      ...names,
      ...(roles && { roles: sortedRoles(roles).join(',') }),
      ...(email !== undefined && { email, emailNormalized: normalizeEmail(email) }),
      ...(emailVerifiedAtMs !== undefined && { emailVerifiedAt: emailVerifiedAtMs }),
    }
    // The version changes always, so the count tells whether the user is there even if nothing else is new.
    const [changed] = await this.#users.update(
      { ...values, updatedAt: nowMs, version: this.#db.sequelize.literal('version + 1') },
      { where: { id }, transaction: tx },
    )
    if (changed === 0) return null
    const row = await this.#users.findByPk(id, { transaction: tx })
    return row && toAccount(row)
  }

  /** Sets the hash of a new password. Must come after the lock of the row. */
  async setHash(id: string, { to, nowMs, tx }: { to: string; nowMs: number; tx: Transaction }): Promise<void> {
    await this.#db.run(
      `UPDATE users SET password_hash = :to, updated_at = :nowMs, version = version + 1, password_version = password_version + 1 WHERE id = :id`,
      { id, to, nowMs },
      tx,
    )
  }

  /** Renews a hash unless it was changed in the meantime: a new password must not be undone by an old login. */
  async replaceHash({ id, from, to }: { id: string; from: string; to: string }): Promise<void> {
    await this.#users.update({ passwordHash: to }, { where: { id, passwordHash: from } })
  }
}

const toAccount = (row: UserRow): UserAccount => ({
  id: row.id,
  operatorId: row.operatorId,
  email: row.email,
  givenNames: row.givenNames,
  familyName: row.familyName,
  emailVerifiedAtMs: row.emailVerifiedAt,
  roles: row.roles.split(',') as Role[], // Written by sortedRoles alone.
  version: row.version,
  passwordVersion: row.passwordVersion,
  createdAtMs: row.createdAt,
})
