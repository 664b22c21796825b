import { EventSourceParserStream } from 'eventsource-parser/stream'
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
}

interface Source {
  open: (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>
  retry: RetryOptions
}

const RECONNECT_MS = 1_000
const RECONNECT_MAX_MS = 30_000

/** Events without an end: a stream that breaks off is opened again where it was. Throws `SkyholdError` when the server refuses for good. */
export async function* watchSeats({ open, retry }: Source, { signal, lastEventId }: WatchOptions = {}): AsyncGenerator<SeatsEvent, void> {
  let lastId = lastEventId
  let failures = 0
  let reconnectMs = RECONNECT_MS
  const stop = new AbortController()
  const ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  try {
    while (!ends.aborted) {
      try {
        for await (const { event, id, data, waitMs } of eventsOf(open, lastId, ends)) {
          failures = 0
          if (waitMs !== undefined) reconnectMs = waitMs
          lastId = id ?? lastId
          if (event === 'seats' && data) yield { id: id ?? null, ...(JSON.parse(data) as Omit<SeatsEvent, 'id'>) }
        }
      } catch (error) {
        if (ends.aborted) return
        if (error instanceof SkyholdError && !isPassing(error)) throw error
        failures += 1
      }
      if (ends.aborted) return
      await retry.sleep(Math.min(RECONNECT_MAX_MS, reconnectMs * 2 ** Math.min(failures, 5)) * (0.5 + retry.random() / 2), ends)
    }
  } finally {
    stop.abort()
  }
}

const isPassing = ({ status }: SkyholdError) => status === 429 || status >= 500

interface Arrived {
  event?: string | undefined
  id?: string | undefined
  data?: string
  waitMs?: number
}

async function* eventsOf(open: Source['open'], lastId: string | undefined, signal: AbortSignal): AsyncGenerator<Arrived> {
  const response = await open({ accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) }, signal)
  if (!response.ok) throw await refusalOf(response)
  if (!response.body) return
  const waits: Arrived[] = []
  const parser = new EventSourceParserStream({ onRetry: (waitMs) => waits.push({ waitMs }) })
  for await (const { event, id, data } of response.body.pipeThrough(new TextDecoderStream()).pipeThrough(parser)) {
    yield* waits.splice(0)
    yield { event, id, data }
  }
  yield* waits
}
