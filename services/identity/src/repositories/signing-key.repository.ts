import type { Database } from '@skyhold/platform'
import type { ModelStatic } from 'sequelize'
import { defineSigningKey, type SigningKeyRow } from '../models/signing-key.model.ts'

export interface StoredKey {
  kid: string
  /** JSON of the public JWK. */
  publicJwk: string
  privateSealed: string
  /** True for the one that signs. */
  isActive: boolean
}

export class SigningKeyRepository {
  readonly #keys: ModelStatic<SigningKeyRow>

  constructor(db: Database) {
    this.#keys = defineSigningKey(db.sequelize)
  }

  async hasActive(): Promise<boolean> {
    return (await this.#keys.count({ where: { activeSlot: 1 } })) > 0
  }

  /** What tokens are verified with: the active key and those before and after it. */
  async listLive(): Promise<StoredKey[]> {
    const rows = await this.#keys.findAll({ where: { retiredAt: null }, order: ['createdAt', 'kid'] })
    return rows.map(({ kid, publicJwk, privateSealed, activeSlot }) => ({ kid, publicJwk, privateSealed, isActive: activeSlot === 1 }))
  }

  /** Throws a `duplicate` of the database when there is an active key already. */
  async addActive(key: Omit<StoredKey, 'isActive'> & { algorithm: string }, nowMs: number): Promise<void> {
    await this.#keys.create({ ...key, createdAt: nowMs, activatedAt: nowMs, retiredAt: null, activeSlot: 1 })
  }
}
