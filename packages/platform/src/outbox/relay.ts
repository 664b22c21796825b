import { setTimeout as sleep } from 'node:timers/promises'
import type { EventEnvelope } from '@skyhold/contracts'
import type { Logger } from 'pino'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Bus } from '../bus/bus.ts'
import { BusUnavailable, NoSubscriber } from '../bus/errors.ts'
import { checkpoint } from '../checkpoint.ts'
import type { Database } from '../database/index.ts'
import type { Outbox } from './outbox.ts'
import { type Backlog, CLAIM_LIMIT, OutboxRows, type Claim, type ClaimedRow } from './outbox-rows.ts'

const EVERY_MS = 200
const BACKOFF_MAX_MS = 2000
/** Several times what publishing a batch takes, so that only a dead relay loses its claim. */
const LEASE_MS = 30_000
/** An event that alone does not pass: its defect needs a person, and it must not be in everybody's way five times a second. */
const SICK_EVENT_DELAY_MS = 60_000
const PURGE_EVERY_MS = 60_000

export interface RelayOptions {
  db: Database
  bus: Bus
  outbox: Outbox
  logger: Logger
  metrics: Registry
  leaseMs?: number
  everyMs?: number
}

export interface Relay {
  /** Publishes now and not at the next round. */
  nudge(): void
  /** Resolves when no event waits. For tests and shutdowns; with the broker down it waits until it is back. */
  drained(): Promise<void>
  /** Finishes the batch at work. */
  close(): Promise<void>
}

/** Starts to publish what the outbox holds, in this process; any number of relays may work on one outbox. */
export function startRelay(options: RelayOptions): Relay {
  return new OutboxRelay(options)
}

class OutboxRelay implements Relay {
  readonly #rows: OutboxRows
  readonly #bus: Bus
  readonly #logger: Logger
  readonly #counters: ReturnType<typeof relayMetrics>
  readonly #leaseMs: number
  readonly #everyMs: number
  readonly #running: Promise<void>
  readonly #deafen: () => void
  #alarm = new AbortController()
  #isNudged = false
  #isClosing = false
  #failures = 0
  #purgedAtMs = Date.now()

  constructor({ db, bus, outbox, logger, metrics, leaseMs = LEASE_MS, everyMs = EVERY_MS }: RelayOptions) {
    this.#rows = new OutboxRows(db)
    this.#bus = bus
    this.#logger = logger
    this.#counters = relayMetrics(metrics, this.#rows)
    this.#leaseMs = leaseMs
    this.#everyMs = everyMs
    this.#deafen = outbox.listen(() => this.nudge())
    this.#running = this.#run()
  }

  nudge(): void {
    this.#isNudged = true
    // A broker that is down gets no more tries because there is more to say.
    if (this.#failures === 0) this.#alarm.abort()
  }

  async #run(): Promise<void> {
    while (!this.#isClosing) {
      this.#isNudged = false
      const isMore = await this.#round()
      if (!isMore && !this.#isClosing) await this.#pause()
    }
  }

  /** One batch. True when there may be another at once. Never throws: whatever happens the relay goes on. */
  async #round(): Promise<boolean> {
    try {
      const claim = await this.#rows.claim(this.#leaseMs)
      const isTaken = claim.rows.length === 0 || (await this.#publishAll(claim))
      await this.#purgeSometimes()
      // Also after a round that found nothing: the next event must not wait because the database was away before.
      this.#failures = isTaken ? 0 : this.#failures + 1
      return isTaken && claim.rows.length === CLAIM_LIMIT
    } catch (error) {
      this.#failures += 1
      this.#logger.error({ err: error }, 'outbox relay: a round failed')
      return false
    }
  }

  /** Publishes and marks. False when the broker was away. */
  async #publishAll({ claimedBy, rows }: Claim): Promise<boolean> {
    const results = await Promise.allSettled(rows.map((row) => this.#publish(row)))
    checkpoint('outbox.confirmed')
    const published = rows.filter((_, index) => results[index]?.status === 'fulfilled')
    const failed = rows.flatMap((row, index) => {
      const result = results[index]
      return result?.status === 'rejected' ? [{ row, error: result.reason as unknown }] : []
    })
    const rowsWith = (isSo: (error: unknown) => boolean): ClaimedRow[] => failed.filter(({ error }) => isSo(error)).map(({ row }) => row)
    const delayed = rowsWith((error) => error instanceof BusUnavailable)
    const unsubscribed = rowsWith((error) => error instanceof NoSubscriber)
    const sick = failed.filter(({ error }) => !(error instanceof BusUnavailable || error instanceof NoSubscriber))

    this.#counters.published.inc(published.length)
    this.#counters.failed.inc(delayed.length + sick.length)
    if (delayed.length > 0) this.#logger.warn({ err: failed[0]?.error, events: delayed.length }, 'outbox relay: the broker took no events')
    for (const { row, error } of sick) this.#logger.error({ err: error, outboxId: row.id }, 'outbox relay: this event cannot be published')

    await this.#rows.markPublished(claimedBy, published)
    await this.#rows.markUnsubscribed(claimedBy, unsubscribed)
    await this.#rows.release(claimedBy, delayed, 0)
    await this.#rows.release(
      claimedBy,
      sick.map(({ row }) => row),
      SICK_EVENT_DELAY_MS,
    )
    return delayed.length === 0
  }

  async #publish({ payload, traceparent }: ClaimedRow): Promise<void> {
    await this.#bus.publish(JSON.parse(payload) as EventEnvelope, { traceparent })
  }

  async #purgeSometimes(): Promise<void> {
    if (Date.now() - this.#purgedAtMs < PURGE_EVERY_MS) return
    this.#purgedAtMs = Date.now()
    await this.#rows.purge()
  }

  /** Until the next round or a nudge; longer and longer, to two seconds, while it fails. */
  async #pause(): Promise<void> {
    if (this.#isNudged && this.#failures === 0) return
    this.#alarm = new AbortController()
    const ms = this.#failures === 0 ? this.#everyMs : Math.min(this.#everyMs * 2 ** Math.min(this.#failures, 10), BACKOFF_MAX_MS)
    await sleep(ms, undefined, { signal: this.#alarm.signal, ref: false }).catch((error: unknown) => {
      if (!this.#alarm.signal.aborted) throw error // Only the alarm ends a sleep early.
    })
  }

  async drained(): Promise<void> {
    while ((await this.#rows.backlog()).pending > 0) {
      this.nudge()
      await sleep(10)
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.#deafen()
    this.#alarm.abort()
    await this.#running
  }
}

function relayMetrics(registry: Registry, rows: OutboxRows): { published: Counter; failed: Counter } {
  // Unknown, not zero, while the database cannot be asked: the metrics page must come all the same.
  const backlog = (): Promise<Backlog> => rows.backlog().catch(() => ({ pending: Number.NaN, oldestSeconds: Number.NaN }))
  new Gauge({
    name: 'outbox_pending',
    help: 'Events that wait for the broker.',
    registers: [registry],
    async collect() {
      this.set((await backlog()).pending)
    },
  })
  new Gauge({
    name: 'outbox_oldest_seconds',
    help: 'Age of the oldest event that waits for the broker.',
    registers: [registry],
    async collect() {
      this.set((await backlog()).oldestSeconds)
    },
  })
  return {
    published: new Counter({ name: 'outbox_published_total', help: 'Events that the broker has confirmed.', registers: [registry] }),
    failed: new Counter({ name: 'outbox_failed_total', help: 'Publications that failed and are tried again.', registers: [registry] }),
  }
}
