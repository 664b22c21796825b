import { refusalOf, SkyholdError, SkyholdUnreachable } from './errors.ts'

export interface RetryOptions {
  /** Tries in all, the first one included. */
  triesMax: number
  /** A longer wait than this is not waited for: the refusal is thrown, and says how long it would be. */
  waitMaxSeconds: number
  /** For tests. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  random: () => number
}

/** One request as it is sent, again and again if need be. */
export interface Attempt {
  send: () => Promise<Response>
  /** True when sending it twice has the effect of sending it once. */
  isRepeatable: boolean
  signal?: AbortSignal
}

const FIRST_WAIT_MS = 200
const WAIT_MAX_MS = 5_000
/** The upstream may come back; whether it has worked on the request is not known, so only what is repeatable is sent again. */
const PASSING = new Set([429, 502, 503, 504])

/** A success, read to its end. */
export interface Answered {
  status: number
  headers: Headers
  /** undefined where the answer has no body. */
  data: unknown
}

/** Sends until there is a whole answer that another try would not change. Returns a success; throws `SkyholdError` or `SkyholdUnreachable`. */
export async function persistently({ send, isRepeatable, signal }: Attempt, options: RetryOptions): Promise<Answered> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await once(send, signal)
    if (!(outcome instanceof Error)) return outcome
    const waitMs = waitBefore(outcome, tries, options)
    if (!isRepeatable || waitMs === null || tries >= options.triesMax) throw outcome
    await options.sleep(waitMs, signal)
  }
}

async function once(send: () => Promise<Response>, signal: AbortSignal | undefined): Promise<Answered | SkyholdError | SkyholdUnreachable> {
  try {
    const response = await send()
    if (!response.ok && response.status !== 304) return await refusalOf(response)
    // Read here, because an answer may break off behind its head: half of one is none.
    const text = await response.text()
    return { status: response.status, headers: response.headers, data: text === '' ? undefined : JSON.parse(text) }
  } catch (error) {
    // The caller has had enough, or new tokens were not to be had after all tries of that: neither is a failure of the network.
    if (signal?.aborted || error instanceof SkyholdError || error instanceof SkyholdUnreachable) throw error
    return new SkyholdUnreachable('The server could not be reached, or did not answer in whole and in time.', { cause: error })
  }
}

/** Milliseconds until the next try; null = there is no use in one. */
function waitBefore(failure: SkyholdError | SkyholdUnreachable, tries: number, { waitMaxSeconds, random }: RetryOptions): number | null {
  // Spread over the whole time, so that many clients do not come back at one instant.
  const ownMs = Math.ceil(random() * Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** (tries - 1)))
  if (failure instanceof SkyholdUnreachable) return ownMs
  if (!PASSING.has(failure.status) && failure.code !== 'request_in_progress') return null
  const askedSeconds = failure.retryAfterSeconds ?? 0
  return askedSeconds > waitMaxSeconds ? null : askedSeconds * 1000 + ownMs
}
