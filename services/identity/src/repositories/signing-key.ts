import type { Database, Transaction } from '@skyhold/platform'
import { type ModelStatic, Op } from 'sequelize'
import { defineSigningKey, type SigningKeyRow } from '../models/signing-key.ts'

export interface StoredKey {
  kid: string
  /** JSON of the public JWK. */
  publicJwk: string
  privateSealed: string
  /** True for the one that signs. */
  isActive: boolean
}

export type NewKey = Omit<StoredKey, 'isActive'> & { algorithm: string }

/** What an operator sees of a key. */
export interface KeyState {
  kid: string
  status: 'next' | 'active' | 'former' | 'retired'
  createdAtMs: number
  activatedAtMs: number | null
  retiredAtMs: number | null
}

/** The unique slots: one key signs, and at most one waits for its turn. */
const SLOTS = { active: 1, next: 2 } as const

export class SigningKeyRepository {
  readonly #db: Database
  readonly #keys: ModelStatic<SigningKeyRow>

  constructor(db: Database) {
    this.#db = db
    this.#keys = defineSigningKey(db.sequelize)
  }

  async hasActive(): Promise<boolean> {
    return (await this.#keys.count({ where: { activeSlot: SLOTS.active } })) > 0
  }

  /** What tokens are verified with: the active key and those before and after it. */
  async listLive(): Promise<StoredKey[]> {
    const rows = await this.#keys.findAll({ where: { retiredAt: null }, order: ['createdAt', 'kid'] })
    return rows.map(({ kid, publicJwk, privateSealed, activeSlot }) => ({
      kid,
      publicJwk,
      privateSealed,
      isActive: activeSlot === SLOTS.active,
    }))
  }

  /** Oldest first, the retired ones too. */
  async listStates(): Promise<KeyState[]> {
    const rows = await this.#keys.findAll({ order: ['createdAt', 'kid'] })
    return rows.map(toState)
  }

  async findNext(): Promise<KeyState | null> {
    const row = await this.#keys.findOne({ where: { activeSlot: SLOTS.next } })
    return row && toState(row)
  }

  /** Throws a `duplicate` of the database when there is an active key already. */
  async addActive(key: NewKey, nowMs: number): Promise<void> {
    await this.#keys.create({ ...key, createdAt: nowMs, activatedAt: nowMs, retiredAt: null, activeSlot: SLOTS.active })
  }

  /** Throws a `duplicate` of the database when a key waits for its turn already. */
  async addNext(key: NewKey, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<void> {
    const waiting = { createdAt: nowMs, activatedAt: null, retiredAt: null, activeSlot: SLOTS.next }
    await this.#keys.create({ ...key, ...waiting }, { transaction: tx })
  }

  /** The next key signs from now on, in place of the active one; 0 when somebody else has activated it. */
  async activate(kid: string, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<number> {
    const taken = await this.#db.run(
      'UPDATE signing_keys SET active_slot = NULL, activated_at = :nowMs WHERE kid = :kid AND active_slot = :next',
      { kid, nowMs, next: SLOTS.next },
      tx,
    )
    if (taken === 0) return 0
    await this.#db.run('UPDATE signing_keys SET active_slot = NULL WHERE active_slot = :active', { active: SLOTS.active }, tx)
    return this.#db.run('UPDATE signing_keys SET active_slot = :active WHERE kid = :kid', { kid, active: SLOTS.active }, tx)
  }

  /** The keys that signed before the active one, if that has signed since `activeSinceMs` or longer. */
  async listFormer(activeSinceMs: number): Promise<string[]> {
    const active = await this.#keys.findOne({ where: { activeSlot: SLOTS.active } })
    if (!active || active.activatedAt === null || active.activatedAt > activeSinceMs) return []
    const former = { activeSlot: null, retiredAt: null, activatedAt: { [Op.lt]: active.activatedAt } }
    return (await this.#keys.findAll({ attributes: ['kid'], where: former, order: ['createdAt', 'kid'] })).map(({ kid }) => kid)
  }

  /**
   * Ends a key that does not sign, and erases its private half; 0 when it signs, has ended or is none. The condition is enough, without a lock: a key that has been
   * active once never is again.
   */
  retire(kid: string, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<number> {
    return this.#db.run(
      `UPDATE signing_keys SET retired_at = :nowMs, private_sealed = '', active_slot = NULL
       WHERE kid = :kid AND retired_at IS NULL AND (active_slot IS NULL OR active_slot = :next)`,
      { kid, nowMs, next: SLOTS.next },
      tx,
    )
  }
}

const toState = ({ kid, activeSlot, createdAt, activatedAt, retiredAt }: SigningKeyRow): KeyState => ({
  kid,
  status: retiredAt !== null ? 'retired' : activeSlot === SLOTS.active ? 'active' : activeSlot === SLOTS.next ? 'next' : 'former',
  createdAtMs: createdAt,
  activatedAtMs: activatedAt,
  retiredAtMs: retiredAt,
})
