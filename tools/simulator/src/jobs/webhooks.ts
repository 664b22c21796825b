import type { Logger } from '@skyhold/platform/without-database'
import { signWebhook } from '../domain/signature.ts'
import type { Delivery } from '../repositories/deliveries.ts'
import { nowSeconds, type Provider } from '../services/provider.ts'

const CONCURRENCY = 16
/** Stripe waits longer, but a shop that needs more than this to say 200 has a problem that a test should show. */
const ATTEMPT_TIMEOUT_MS = 10_000
/** A call that wants its webhook first waits so long for it, no longer: the answer is worth more. */
const FIRST_PATIENCE_MS = 5_000
const BACKOFF_FIRST_MS = 500
const BACKOFF_MAX_MS = 30_000
/** Stripe tries for three days (https://docs.stripe.com/webhooks#retries). */
const GIVE_UP_AFTER_MS = 72 * 3_600_000

interface SenderOptions {
  provider: Provider
  url: string
  secrets: readonly string[]
  logger: Logger
}

/** Delivers the queue at least once, in no promised order, until the receiver says 2xx. */
export class WebhookSender {
  readonly #options: SenderOptions
  readonly #sending = new Map<number, Promise<void>>()
  readonly #closing = new AbortController()

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Starts what is due, as far as there is room; called again at each tick and whenever a delivery ends. */
  pump(): void {
    const { provider } = this.#options
    if (this.#closing.signal.aborted || provider.control.webhooksPaused || this.#sending.size >= CONCURRENCY) return
    for (const delivery of provider.deliveries.listDue(Date.now(), CONCURRENCY)) {
      if (this.#sending.size >= CONCURRENCY) return
      if (!this.#sending.has(delivery.seq)) void this.#start(delivery)
    }
  }

  /** Sends the webhooks of these events at once and waits for them, within limits. */
  async deliverNow(eventIds: string[]): Promise<void> {
    const { provider } = this.#options
    if (provider.control.webhooksPaused) return
    const deliveries = eventIds.flatMap((id) => provider.deliveries.listOfEvent(id))
    const sent = Promise.all(deliveries.map((delivery) => this.#sending.get(delivery.seq) ?? this.#start(delivery)))
    await Promise.race([sent, patience(FIRST_PATIENCE_MS, this.#closing.signal)])
  }

  /** Cuts what is being sent; it stays in the queue for the next start. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#sending.values())
  }

  #start(delivery: Delivery): Promise<void> {
    const sending = this.#attempt(delivery)
      .catch((error: unknown) => this.#options.logger.error({ err: error, eventId: delivery.eventId }, 'webhook not recorded'))
      .finally(() => {
        this.#sending.delete(delivery.seq)
        this.pump()
      })
    this.#sending.set(delivery.seq, sending)
    return sending
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { provider, logger } = this.#options
    const error = await this.#post(delivery.body)
    if (this.#closing.signal.aborted) return
    if (error === null) {
      provider.met.webhooksTaken += 1
      await provider.store.commit(() => provider.deliveries.remove(delivery.seq))
      return
    }
    const nowMs = Date.now()
    if (nowMs - delivery.createdMs > GIVE_UP_AFTER_MS) {
      logger.error({ eventId: delivery.eventId, attempts: delivery.attempts + 1, reason: error }, 'webhook given up')
      await provider.store.commit(() => provider.deliveries.giveUp(delivery.seq, error))
      return
    }
    logger.debug({ eventId: delivery.eventId, attempts: delivery.attempts + 1, reason: error }, 'webhook not taken')
    await provider.store.commit(() =>
      provider.deliveries.postpone({ seq: delivery.seq, dueMs: nowMs + backoffMs(delivery.attempts), error }),
    )
  }

  /** null when it was taken, else why not. Signed anew each time, because receivers refuse stale signatures. */
  async #post(body: string): Promise<string | null> {
    const { url, secrets } = this.#options
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': signWebhook(body, secrets, nowSeconds()),
          'user-agent': 'Skyhold-Payment-Simulator/0.1',
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
      })
      // Read to the end, so that the connection can be used again.
      await response.arrayBuffer()
      return response.ok ? null : `HTTP ${response.status}`
    } catch (error) {
      return reasonOf(error)
    }
  }
}

/** `fetch` says no more than "fetch failed"; what failed is the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

/** Doubles from half a second to half a minute, with jitter, so that a receiver that comes back is not hit by all at once. */
function backoffMs(attempts: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempts, 20))
  return Math.round(ceiling * (0.5 + Math.random() / 2))
}

function patience(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    timer.unref()
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
