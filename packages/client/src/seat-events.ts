import { createParser } from 'eventsource-parser'
import { refusalOf, SkyholdError } from './errors.ts'
import type { RetryOptions } from './retry.ts'
import type { Schema } from './types.ts'

/** Seats of a flight that have changed. The first one has all that are not free to choose from, or every seat after a long absence. */
export type SeatsEvent = Schema<'SeatChanges'> & { id: string | null }

export interface WatchOptions {
  /** Ends the watch. Leaving the loop does so too. */
  signal?: AbortSignal
  /** Goes on after this event. */
  lastEventId?: string
  /** After so long without a word the connection counts as lost: its other end may be gone, and nobody says so. 45 s, while the server says something every fifteen. */
  silenceMaxMs?: number
}

interface Source {
  open: (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>
  retry: RetryOptions
}

const RECONNECT_MS = 1_000
const RECONNECT_MAX_MS = 30_000
const SILENCE_MAX_MS = 45_000
/** A server that asks for more is asked after an hour: a watch has no better use for its time, and timers end with 24 days. */
const ASKED_MAX_MS = 3_600_000

/**
 * Events without an end: a stream that breaks off, or falls silent, is opened again where it was. Ends quietly when `signal` says so.
 * Throws `SkyholdError` when the server refuses for good.
 */
export async function* watchSeats(
  { open, retry }: Source,
  { signal, lastEventId, silenceMaxMs = SILENCE_MAX_MS }: WatchOptions = {},
): AsyncGenerator<SeatsEvent, void> {
  let lastId = lastEventId
  let failures = 0
  let reconnectMs = RECONNECT_MS
  let askedMs = 0
  const stop = new AbortController()
  const ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  try {
    while (!ends.aborted) {
      askedMs = 0
      try {
        for await (const { event, id, data, waitMs } of eventsOf(open, { lastId, silenceMaxMs, signal: ends })) {
          failures = 0
          if (waitMs !== undefined) reconnectMs = waitMs
          lastId = id ?? lastId
          if (event === 'seats' && data) yield { id: id ?? null, ...(JSON.parse(data) as Omit<SeatsEvent, 'id'>) }
        }
      } catch (error) {
        if (ends.aborted) return
        if (error instanceof SkyholdError && !isPassing(error)) throw error
        failures += 1
        if (error instanceof SkyholdError) askedMs = Math.min(ASKED_MAX_MS, (error.retryAfterSeconds ?? 0) * 1000)
      }
      const ownMs = Math.min(RECONNECT_MAX_MS, reconnectMs * 2 ** Math.min(failures, 5)) * (0.5 + retry.random() / 2)
      await untilEnd(retry.sleep(askedMs + ownMs, ends), ends)
    }
  } finally {
    stop.abort()
  }
}

const isPassing = ({ status }: SkyholdError) => status === 429 || status >= 500

/** A wait that is broken off because the watch ends is no failure. */
const untilEnd = (wait: Promise<void>, ends: AbortSignal): Promise<void> =>
  wait.catch((error: unknown) => {
    if (!ends.aborted) throw error
  })

interface Arrived {
  event?: string | undefined
  id?: string | undefined
  data?: string
  waitMs?: number
}
interface Connection {
  lastId: string | undefined
  silenceMaxMs: number
  signal: AbortSignal
}

async function* eventsOf(open: Source['open'], { lastId, silenceMaxMs, signal }: Connection): AsyncGenerator<Arrived> {
  const lost = new AbortController()
  // Counts only while something is waited for: whoever takes long over an event has not lost the connection.
  const heard = <T>(word: Promise<T>): Promise<T> => {
    const silence = setTimeout(() => lost.abort(new Error(`nothing was heard for ${silenceMaxMs} ms`)), silenceMaxMs)
    return word.finally(() => clearTimeout(silence))
  }
  const arrived: Arrived[] = []
  const parser = createParser({ onEvent: (event) => arrived.push(event), onRetry: (waitMs) => arrived.push({ waitMs }) })
  try {
    const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) }
    const response = await heard(open(headers, AbortSignal.any([signal, lost.signal])))
    if (!response.ok) throw await heard(refusalOf(response))
    if (!response.body) return
    const words = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let word = await heard(words.read()); !word.done; word = await heard(words.read())) {
      parser.feed(word.value)
      yield* arrived.splice(0)
    }
  } finally {
    lost.abort()
  }
}
