import { ProviderRefusal } from '../domain/refusal.ts'
import type { ErrorBody } from '../domain/objects.ts'
import type { KeptAnswer } from '../repositories/keys.ts'
import { nowSeconds, type Call, type Provider } from './provider.ts'

/** What came of an execution. Everything in it is durable when the caller of `answer` sees it. */
export interface Outcome<T> {
  status: number
  object?: T
  error?: ErrorBody
  /** The answer is kept under the key, and the connection is cut instead of giving it. */
  cutConnection?: boolean
  /** Events whose webhooks are delivered before the answer. */
  deliverFirst?: string[]
}

/** One call of the API that changes something. */
export interface Work<T> {
  /** Runs outside any transaction and before execution begins; what it throws is not kept under the key. */
  before?(): Promise<void>
  /** Runs inside the transaction; what it answers or refuses is kept. It must refuse before it writes. */
  execute(): Outcome<T>
  view(object: T): object
}

export interface KeyedRequest extends Call {
  requestId: string
  path: string
  fingerprint: string
}

export interface Answer {
  status: number
  body: string
  /** The request whose answer this is a copy of. */
  replayOf?: string
  cutConnection?: boolean
}

/** 255 characters, as in https://docs.stripe.com/api/idempotent_requests. */
const KEY_LENGTH_MAX = 255

/**
 * Runs a call once for its key, as Stripe's v1 API keeps keys: the first answer, whatever it is, once execution has begun;
 * nothing of validation errors, of refusals before execution and of the loser of two at once.
 */
export class Executor {
  readonly #provider: Provider
  readonly #deliverNow: (eventIds: string[]) => Promise<void>
  /** Safe in memory: the store's file is open in this process only, and a key that was being worked on at a crash has left nothing behind. */
  readonly #inProgress = new Set<string>()

  constructor(provider: Provider, deliverNow: (eventIds: string[]) => Promise<void>) {
    this.#provider = provider
    this.#deliverNow = deliverNow
  }

  async answer<T>(request: KeyedRequest, prepare: () => Work<T>): Promise<Answer> {
    const { key } = request
    if (key === null) return this.#run(request, prepare())
    if (key.length > KEY_LENGTH_MAX) throw keyRefusal(400, `Idempotency keys have up to ${KEY_LENGTH_MAX} characters.`)
    if (this.#inProgress.has(key)) {
      throw keyRefusal(
        409,
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        'idempotency_key_in_use',
      )
    }
    const kept = this.#provider.keys.find(key)
    if (kept) return replay(kept, request)
    this.#inProgress.add(key)
    try {
      return await this.#run(request, prepare())
    } finally {
      this.#inProgress.delete(key)
    }
  }

  async #run<T>(request: KeyedRequest, work: Work<T>): Promise<Answer> {
    await work.before?.()
    const outcome = await this.#provider.store.commit(() => {
      const made = outcomeOf(work)
      if (request.key !== null)
        this.#provider.keys.insert({ ...request, key: request.key, status: made.status, body: made.body }, nowSeconds())
      return made
    })
    if (outcome.deliverFirst?.length) await this.#deliverNow(outcome.deliverFirst)
    return { status: outcome.status, body: outcome.body, cutConnection: outcome.cutConnection ?? false }
  }
}

function outcomeOf<T>(work: Work<T>): Outcome<T> & { body: string } {
  const outcome = executed(work)
  const body = outcome.object === undefined ? { error: outcome.error } : work.view(outcome.object)
  return { ...outcome, body: JSON.stringify(body) }
}

function executed<T>(work: Work<T>): Outcome<T> {
  try {
    return work.execute()
  } catch (error) {
    if (error instanceof ProviderRefusal) return { status: error.status, error: error.error }
    throw error
  }
}

function replay(kept: KeptAnswer, { key, path, fingerprint }: KeyedRequest): Answer {
  if (kept.path !== path) {
    throw keyRefusal(
      400,
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${kept.path}' vs '${path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
    )
  }
  if (kept.fingerprint !== fingerprint) {
    throw keyRefusal(
      400,
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    )
  }
  return { status: kept.status, body: kept.body, replayOf: kept.requestId }
}

const keyRefusal = (status: number, message: string, code?: string) =>
  new ProviderRefusal(status, { type: 'idempotency_error', message, ...(code ? { code } : {}) })
