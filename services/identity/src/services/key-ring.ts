import { CannotStart, type Database, errorKind, type Logger, SealBroken, TOKEN_ALGORITHM, unseal } from '@skyhold/platform'
import { importJWK, type JSONWebKeySet, type JWK } from 'jose'
import type { SigningKey } from '../domain/access-token.ts'
import type { SigningKeyRepository, StoredKey } from '../repositories/signing-key.ts'
import { makeSigningKey, signingKeySealer } from './make-signing-key.ts'

/** So long a process may not have heard of a change that another made to the keys. A new key must be public for longer than this before it signs. */
export const KEYS_SEEN_WITHIN_MS = 5_000

interface Snapshot {
  jwks: JSONWebKeySet
  active: SigningKey
  /** The kids and which of them signs: a snapshot with the same text is the same. */
  fingerprint: string
}

export interface KeyRingOptions {
  db: Database
  repository: SigningKeyRepository
  secret: string
  logger: Logger
}

/** The keys that sign access tokens: in the database, shared by all replicas, private halves sealed under KEY_ENCRYPTION_SECRET. */
export class KeyRing {
  readonly #options: KeyRingOptions
  readonly #sealKey: Buffer
  #snapshot: Snapshot | undefined
  #readAtMs = Number.NEGATIVE_INFINITY
  #reading: Promise<Snapshot> | undefined

  constructor(options: KeyRingOptions) {
    this.#options = options
    this.#sealKey = signingKeySealer(options.secret)
  }

  /** Makes the first key when there is none. Replicas that start together make one: the unique index on the active slot decides. */
  async ensureKey(): Promise<void> {
    const { db, repository, secret, logger } = this.#options
    if (!(await repository.hasActive())) {
      const key = await makeSigningKey(secret)
      try {
        await repository.addActive(key, await db.now())
        logger.info({ kid: key.kid }, 'signing key made')
      } catch (error) {
        if (errorKind(error) !== 'duplicate') throw error
        logger.info({}, 'another replica made the signing key')
      }
    }
    await this.#current()
  }

  /** The key that signs. */
  async signer(): Promise<SigningKey> {
    return (await this.#current()).active
  }

  /** All public keys that tokens may be signed with. The same object as long as nothing changes. */
  async jwks(): Promise<JSONWebKeySet> {
    return (await this.#current()).jwks
  }

  async #current(): Promise<Snapshot> {
    const isFresh = performance.now() - this.#readAtMs < KEYS_SEEN_WITHIN_MS
    if (this.#snapshot && isFresh) return this.#snapshot
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #read(): Promise<Snapshot> {
    const stored = await this.#options.repository.listLive()
    const fingerprint = stored.map(({ kid, isActive }) => (isActive ? `${kid}*` : kid)).join()
    if (this.#snapshot?.fingerprint !== fingerprint) this.#snapshot = await this.#open(stored, fingerprint)
    this.#readAtMs = performance.now()
    return this.#snapshot
  }

  async #open(stored: readonly StoredKey[], fingerprint: string): Promise<Snapshot> {
    const active = stored.find(({ isActive }) => isActive)
    if (!active) throw new Error('There is no active signing key.')
    const privateKey = await importJWK(JSON.parse(this.#unsealed(active)) as JWK, TOKEN_ALGORITHM)
    if (privateKey instanceof Uint8Array) throw new Error(`The signing key ${active.kid} is a secret and no key pair.`)
    const keys = stored.map(({ publicJwk }) => JSON.parse(publicJwk) as JWK)
    return { jwks: { keys }, active: { kid: active.kid, privateKey }, fingerprint }
  }

  #unsealed({ kid, privateSealed }: StoredKey): string {
    try {
      return unseal(this.#sealKey, privateSealed, kid)
    } catch (cause) {
      if (!(cause instanceof SealBroken)) throw cause
      throw new CannotStart('KEY_ENCRYPTION_SECRET is not the one that the signing keys were sealed with.', { cause })
    }
  }
}
