import type { Database, Transaction } from '@skyhold/platform'
import type { ModelStatic } from 'sequelize'
import type { StoredSecondFactor } from '../domain/second-factor.ts'
import { defineRecoveryCode, type RecoveryCodeRow } from '../models/recovery-code.ts'
import { defineSecondFactor, type SecondFactorRow } from '../models/second-factor.ts'

type WrongCodes = Pick<StoredSecondFactor, 'wrongCodes' | 'closedUntilMs'>

/** Everything here is read and changed under the lock of the user's row. */
export class SecondFactorRepository {
  readonly #db: Database
  readonly #factors: ModelStatic<SecondFactorRow>
  readonly #codes: ModelStatic<RecoveryCodeRow>

  constructor(db: Database) {
    this.#db = db
    this.#factors = defineSecondFactor(db.sequelize)
    this.#codes = defineRecoveryCode(db.sequelize)
  }

  async find(userId: string, tx?: Transaction): Promise<StoredSecondFactor | null> {
    const row = await this.#factors.findByPk(userId, { transaction: tx ?? null })
    return row && toFactor(row)
  }

  async add({ userId, secretSealed, nowMs }: { userId: string; secretSealed: string; nowMs: number }, tx: Transaction): Promise<void> {
    const unused = { confirmedAt: null, lastUsedStep: 0, wrongCodes: 0, closedUntil: 0 }
    await this.#factors.create({ userId, secretSealed, createdAt: nowMs, ...unused }, { transaction: tx })
  }

  async confirm(userId: string, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<void> {
    await this.#db.run('UPDATE second_factors SET confirmed_at = :nowMs WHERE user_id = :userId', { userId, nowMs }, tx)
  }

  /** Takes the code of a time step; 0 means that it, or a later one, was taken before. The condition is what makes a code good once. */
  spendStep(userId: string, step: number, tx: Transaction): Promise<number> {
    return this.#db.run(
      'UPDATE second_factors SET last_used_step = :step WHERE user_id = :userId AND last_used_step < :step',
      { userId, step },
      tx,
    )
  }

  async setWrongCodes(userId: string, { wrongCodes, closedUntilMs }: WrongCodes, tx: Transaction): Promise<void> {
    await this.#db.run(
      'UPDATE second_factors SET wrong_codes = :wrongCodes, closed_until = :closedUntilMs WHERE user_id = :userId',
      { userId, wrongCodes, closedUntilMs },
      tx,
    )
  }

  async addRecoveryCodes(userId: string, hashes: readonly string[], tx: Transaction): Promise<void> {
    await this.#codes.bulkCreate(
      hashes.map((hash) => ({ hash, userId, usedAt: null })),
      { transaction: tx },
    )
  }

  /** Uses a recovery code up; 0 means that there is no such code, or that it was used. */
  spendRecoveryCode(hash: string, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<number> {
    return this.#db.run('UPDATE recovery_codes SET used_at = :nowMs WHERE hash = :hash AND used_at IS NULL', { hash, nowMs }, tx)
  }

  countRecoveryCodes(userId: string, tx?: Transaction): Promise<number> {
    return this.#codes.count({ where: { userId, usedAt: null }, transaction: tx ?? null })
  }

  /** With its recovery codes. */
  async remove(userId: string, tx: Transaction): Promise<void> {
    await this.#db.run('DELETE FROM second_factors WHERE user_id = :userId', { userId }, tx)
    await this.#db.run('DELETE FROM recovery_codes WHERE user_id = :userId', { userId }, tx)
  }
}

const toFactor = (row: SecondFactorRow): StoredSecondFactor => ({
  userId: row.userId,
  secretSealed: row.secretSealed,
  confirmedAtMs: row.confirmedAt,
  lastUsedStep: row.lastUsedStep,
  wrongCodes: row.wrongCodes,
  closedUntilMs: row.closedUntil,
})
