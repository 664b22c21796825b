import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation } from '../history/events.ts'
import type { Recorder } from '../history/recorder.ts'

export interface Reply<T = unknown> {
  status: number
  body: T
}

export interface Request {
  operation: Operation
  method: string
  path: string
  body?: unknown
  key?: string
  /** Instead of the client's own; null: none. */
  token?: string | null
}

export interface ClientOptions {
  baseUrl: string
  recorder: Recorder
  user: string
  /** Fetches a new access token when there is none or the old one is refused. Null for who has no account. */
  signIn?: (client: Client) => Promise<string | null>
}

/** Longer than the gateway lets any call take: what is not answered by then is not answered. */
export const ANSWER_DEADLINE_MS = 35_000
/** A person who keeps pressing the button through a crash gives up some time. */
const PATIENCE_MS = 45_000
const PAUSE_MS_MIN = 100
const PAUSE_MS_MAX = 3_000

/** One person's program: every call and every answer, or its absence, is written down. */
export class Client {
  readonly user: string
  readonly #options: ClientOptions
  #token: string | null = null

  constructor(options: ClientOptions) {
    this.user = options.user
    this.#options = options
  }

  /** One call. Null when the answer was lost. */
  async call<T = unknown>(request: Request): Promise<Reply<T> | null> {
    const token = request.token === undefined ? await this.#signedIn() : request.token
    const reply = await this.#send<T>(request, token)
    if (reply?.status === 401 && request.token === undefined && this.#token === token) this.#token = null
    return reply
  }

  /**
   * Repeats a call, under its key if it has one, until it is answered for good: not by a lost connection, a 5xx, "too many" or "still running".
   * Null when the patience has ended.
   */
  async insist<T = unknown>(request: Request): Promise<Reply<T> | null> {
    const deadlineMs = Date.now() + PATIENCE_MS
    for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
      const reply = await this.call<T>(request)
      if (reply && !isOpen(reply)) return reply
      if (Date.now() + pauseMs > deadlineMs) return null
      await sleep(pauseMs)
    }
  }

  async #signedIn(): Promise<string | null> {
    this.#token ??= (await this.#options.signIn?.(this)) ?? null
    return this.#token
  }

  async #send<T>({ operation, method, path, body, key }: Request, token: string | null): Promise<Reply<T> | null> {
    const { baseUrl, recorder } = this.#options
    const id = recorder.invoke({ user: this.user, operation, method, path, key: key ?? null, body: body ?? null })
    try {
      const response = await fetch(`${baseUrl}/api/v1${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(key ? { 'idempotency-key': key } : {}),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
      })
      const answer = parsed(await response.text())
      recorder.answer({
        id,
        status: response.status,
        isReplayed: response.headers.get('idempotency-replayed') === 'true',
        hasRetryAfter: response.headers.has('retry-after'),
        body: answer,
      })
      return { status: response.status, body: answer as T }
    } catch (error) {
      if (!isLoss(error)) throw error
      recorder.lost({ id, reason: reasonOf(error) })
      return null
    }
  }
}

const OPEN_CODES = ['request_in_progress', 'payment_in_progress']

/** True for answers after which the same request may be sent again. A 401 is one: the token has expired, the next try has a new one. */
function isOpen({ status, body }: Reply): boolean {
  return status >= 500 || status === 429 || status === 401 || OPEN_CODES.includes(codeOf(body) ?? '')
}

/** The `code` of a problem document. */
export function codeOf(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' ? body.code : null
}

function parsed(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch (error) {
    // Not JSON is for the checkers to judge, as it came.
    if (error instanceof SyntaxError) return text
    throw error
  }
}

/** fetch reports a broken connection as TypeError, a time-out as DOMException. */
const isLoss = (error: unknown): error is Error =>
  error instanceof TypeError || (error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError'))

function reasonOf(error: Error): string {
  const { cause } = error
  if (error.name === 'TimeoutError') return 'no answer in time'
  return cause instanceof Error ? ('code' in cause && typeof cause.code === 'string' ? cause.code : cause.message) : error.message
}
