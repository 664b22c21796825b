import { type ConsumerQueue, RETRY_DELAYS_MS } from '@skyhold/contracts'
import type { Snapshot } from '../database/index.ts'
import type { PublishedEvent, PublishedPage } from '../outbox/published-events.ts'
import type { ServiceTokens } from '../tokens.ts'
import { type CheckMemory, type Finding, type IntegrityCheck, LISTED_MAX, SAMPLE_MAX } from './check.ts'

/** A handler that fails is tried again for as long; and as long again, for whatever waits in front. */
const LATE_MS = 2 * RETRY_DELAYS_MS.reduce((sum, delayMs) => sum + delayMs, 0)
/** So many are looked at in a run, a quarter of a million; the rest has its turn in the next. */
const PAGES_MAX = 500
const TIMEOUT_MS = 10_000

export interface ArrivalsOptions {
  queue: ConsumerQueue
  /** Who announces what the queue takes: a name, and the base URLs of its replicas. */
  producers: Readonly<Record<string, readonly string[]>>
  tokens: ServiceTokens
  /** Which of the events have had their effect, or are known to wait for a person. */
  accountedFor(look: Snapshot, events: readonly PublishedEvent[]): Promise<ReadonlySet<string>>
}

/** An event that was not there when it was last looked for, and who had announced it. */
interface Missing extends PublishedEvent {
  producer: string
}

/**
 * I6 between two services: what one of them has given to the broker, the other has applied. Each event is compared once, and one that is missing in every further run until it is there: a queue that
 * somebody has purged or deleted is seen by this alone.
 */
export const arrivalsCheck = ({ queue, producers, tokens, accountedFor }: ArrivalsOptions): IntegrityCheck => ({
  name: 'I6.arrivals',
  means: `Every event that the broker has taken for ${queue.name} is applied, or lies among the dead letters, before twelve minutes have passed.`,
  runbook: 'i6-arrivals',
  async find(look) {
    const unaccounted = async (events: readonly Missing[]): Promise<Missing[]> => {
      const accounted = events.length === 0 ? new Set() : await accountedFor(look, events)
      return events.filter(({ eventId }) => !accounted.has(eventId))
    }
    const missing = await unaccounted(missingIn(look.memory))
    const reached: Record<string, number> = {}
    let pagesLeft = PAGES_MAX
    let isWhole = true
    for (const [producer, urls] of Object.entries(producers)) {
      let after = Number(look.memory?.[producer] ?? 0)
      let isEnd = false
      for (; !isEnd && pagesLeft > 0 && missing.length < LISTED_MAX; pagesLeft -= 1) {
        const page = await pageOf({ producer, urls, after, queue, tokens })
        missing.push(...(await unaccounted(page.data.map((event) => ({ ...event, producer })))))
        // An outbox that is older than what was read of it, restored from a backup, is read from its beginning.
        after = page.newest < after ? 0 : page.next
        isEnd = page.isEnd
      }
      reached[producer] = after
      isWhole &&= isEnd
    }
    const late = missing.filter(({ publishedAtMs }) => publishedAtMs < look.nowMs - LATE_MS)
    return {
      violations: late.length,
      sample: late.slice(0, SAMPLE_MAX).map(sentenceOf),
      memory: { ...reached, missing: missing.map((event) => JSON.stringify(event)) },
      ...(!isWhole && { scope: 'Not every event yet: the next run goes on.' }),
    } satisfies Finding
  },
})

const missingIn = (memory: CheckMemory | null): Missing[] =>
  Array.isArray(memory?.missing) ? memory.missing.map((text) => JSON.parse(String(text)) as Missing) : [] // Written by this check alone.

const sentenceOf = ({ eventId, type, aggregateId, publishedAtMs, producer }: Missing): string =>
  `published and not applied: ${eventId} ${type} of ${aggregateId}, by ${producer} at ${new Date(publishedAtMs).toISOString()}`

interface Ask {
  producer: string
  urls: readonly string[]
  after: number
  queue: ConsumerQueue
  tokens: ServiceTokens
}

/** From the first replica that answers. Throws when none does. */
async function pageOf({ producer, urls, after, queue, tokens }: Ask): Promise<PublishedPage> {
  const query = new URLSearchParams({ after: String(after), types: queue.events.join() })
  const failures: unknown[] = []
  for (const url of urls) {
    try {
      const headers = { authorization: `Bearer ${await tokens.sign(producer)}` }
      const answer = await fetch(`${url}/internal/events?${query.toString()}`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
      if (answer.ok) return (await answer.json()) as PublishedPage // A service of the same installation, by its own schema.
      failures.push(`${producer} answered ${answer.status}`)
      await answer.body?.cancel()
    } catch (error) {
      failures.push(error)
    }
  }
  throw new AggregateError(failures, `${producer} does not say which events it has published: ${failures.map(String).join('; ')}`)
}

/** For a consumer with an inbox: which of the events it remembers. */
export async function rememberedIn(look: Snapshot, consumer: string, eventIds: readonly string[]): Promise<Set<string>> {
  const rows = await look.rows<{ eventId: string }>(
    'SELECT event_id AS eventId FROM inbox WHERE consumer = :consumer AND event_id IN (:eventIds)',
    { consumer, eventIds },
  )
  return new Set(rows.map(({ eventId }) => eventId))
}

/** For a consumer that keeps the newest state of an aggregate: an event is applied when that state, or a newer one, is there. */
export const appliedBySequence = (events: readonly PublishedEvent[], sequences: ReadonlyMap<string, number>): Set<string> =>
  new Set(events.filter(({ aggregateId, sequence }) => (sequences.get(aggregateId) ?? -1) >= sequence).map(({ eventId }) => eventId))
