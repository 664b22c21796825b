import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { newSecret } from '@skyhold/platform'
import { ARGON2, needsRehash, normalizePassword, type PasswordCost } from '../domain/passwords.ts'
import { HashingQueue } from './hashing-queue.ts'

/** argon2id by its number in the library, whose const enum has no value at run time. */
const ARGON2ID = 2
/** Hashes run on the four threads that Node shares with files and name look-ups: one is left for those, on however large a machine. */
const CONCURRENCY_MAX = 3
/** On two cores some five seconds of hashing: who came later than that had better come again than wait. */
const WAITING_MAX = 256

export const defaultHashingQueue = (): HashingQueue =>
  new HashingQueue({ concurrency: Math.min(availableParallelism(), CONCURRENCY_MAX), waitingMax: WAITING_MAX })

/** Hashes and checks passwords, never more at a time than the queue lets through. Refusal: rate_limited. */
export class PasswordHasher {
  readonly #queue: HashingQueue
  readonly #cost: PasswordCost
  #dummy: Promise<string> | undefined

  constructor(queue: HashingQueue, cost: PasswordCost = ARGON2) {
    this.#queue = queue
    this.#cost = cost
  }

  /** Makes the hash that unknown users are checked against, so that the first of them is no slower than the rest. */
  async prepare(): Promise<void> {
    await this.#dummyHash()
  }

  hash(password: string): Promise<string> {
    return this.#queue.run(() => hash(normalizePassword(password), { ...this.#cost, algorithm: ARGON2ID }))
  }

  /** Takes the same time whether there is a hash or not: without one the password is checked against a hash that nothing matches. */
  async matches(hashed: string | null, password: string): Promise<boolean> {
    const against = hashed ?? (await this.#dummyHash())
    const isRight = await this.#queue.run(() => verify(against, normalizePassword(password)))
    return isRight && hashed !== null
  }

  needsRehash(hashed: string): boolean {
    return needsRehash(hashed, this.#cost)
  }

  #dummyHash(): Promise<string> {
    this.#dummy ??= this.hash(newSecret()).catch((error: unknown) => {
      this.#dummy = undefined // A queue that was full once must not refuse for ever.
      throw error
    })
    return this.#dummy
  }
}
