import { randomUUID } from 'node:crypto'
import { checkpoint, type Database, type Logger } from '@skyhold/platform'
import { MailRefused, type MailTransport } from '../clients/mail-transport.ts'
import { retryWaitMs, type MailDelivery } from '../domain/delivery.ts'
import type { DeliveryRepository } from '../repositories/delivery.ts'
import type { NotedFacts } from '../repositories/noted-facts.ts'
import type { MailContext } from '../views/mail.ts'
import { composeMail } from './mail-composer.ts'
import { isStillTrue } from './still-true.ts'
import type { MailMetrics } from './mail-metrics.ts'

export interface MailSenderOptions {
  db: Database
  deliveries: DeliveryRepository
  facts: NotedFacts
  transport: MailTransport
  context: MailContext
  logger: Logger
  metrics: MailMetrics
  /** Which process this is, for the lock of the rows. */
  owner: string
  /** Mails under way at a time. */
  concurrency: number
  /** A `sending` row that is older belongs to a process that died: longer than a send can take. */
  leaseMs: number
}

/** Waits while the server cannot be reached, as one probe after the other fails. Short at the end too: mail is to arrive soon after the server is back. */
const OUTAGE_WAITS_MS = [500, 1_000, 2_000, 5_000] as const
/** Waits longer than this are left to the periodic job, so that no timer outlives its purpose. */
const TIMER_MAX_MS = 60_000
const ERROR_LENGTH_MAX = 500

/**
 * Sends what is due. `sending` is committed before the mail server hears of a mail, and `sent` after it took it: whoever dies in between leaves a row
 * that another try takes over after the lease, under the same Message-ID.
 */
export class MailSender {
  readonly #options: MailSenderOptions
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #claiming: Promise<void> | null = null
  #isAskedAgain = false
  #isClosing = false
  /** Probes in a row that did not reach the server, and when the next may go. */
  #outage = { probes: 0, untilMs: 0 }

  constructor(options: MailSenderOptions) {
    this.#options = options
  }

  /** Looks for due mail now, or again if it is looking already. Call it after the commit that queued some. */
  nudge(): void {
    if (this.#isClosing) return
    if (this.#claiming) {
      this.#isAskedAgain = true
      return
    }
    this.#claiming = this.#claimAll().finally(() => {
      this.#claiming = null
      if (this.#isAskedAgain) {
        this.#isAskedAgain = false
        this.nudge()
      }
    })
  }

  /** Takes no more and waits for what is under way. */
  async close(): Promise<void> {
    this.#isClosing = true
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#claiming
    await Promise.all(this.#underWay.values())
    this.#options.transport.close()
  }

  async #claimAll(): Promise<void> {
    try {
      for (let slots = this.#slots(); slots > 0 && !this.#isClosing; slots = this.#slots()) {
        const claimed = await this.#claim(slots)
        if (claimed === null) return
        for (const delivery of claimed.deliveries) this.#start(delivery, claimed.lock)
      }
    } catch (error) {
      // The database is away: the job asks again.
      this.#options.logger.warn({ err: error }, 'due mail could not be claimed')
    }
  }

  /** While the server is away one mail at a time goes as a probe, after a wait. */
  #slots(): number {
    if (this.#outage.probes === 0) return this.#options.concurrency - this.#underWay.size
    return Date.now() < this.#outage.untilMs || this.#underWay.size > 0 ? 0 : 1
  }

  /** Null when nothing is due. */
  async #claim(limit: number): Promise<{ deliveries: MailDelivery[]; lock: string } | null> {
    const { db, deliveries, owner, leaseMs } = this.#options
    // What this process is still sending is not taken over by itself, whatever the clock says.
    const found = await deliveries.listDueIds({ nowMs: await db.now(), limit: limit + this.#underWay.size })
    const ids = found.filter((id) => !this.#underWay.has(id)).slice(0, limit)
    if (ids.length === 0) return null
    const lock = `${owner.slice(0, 20)}/${randomUUID()}`
    const claimed = await db.transaction(async (tx) => {
      const nowMs = await db.now(tx)
      return deliveries.claim(ids, { lock, nowMs, untilMs: nowMs + leaseMs }, tx)
    })
    return { deliveries: claimed, lock }
  }

  #start(delivery: MailDelivery, lock: string): void {
    const work = this.#send(delivery, lock)
      .catch((error: unknown) =>
        this.#options.logger.error(
          { err: error, notificationId: delivery.id },
          'the outcome of a mail could not be stored: it is sent again after its lease',
        ),
      )
      .finally(() => {
        this.#underWay.delete(delivery.id)
        this.nudge()
      })
    this.#underWay.set(delivery.id, work)
  }

  async #send(delivery: MailDelivery, lock: string): Promise<void> {
    const { db, deliveries, facts, transport, context, logger, metrics } = this.#options
    const about = {
      notificationId: delivery.id,
      template: delivery.template,
      bookingId: delivery.bookingId,
      requestId: delivery.event.correlationId,
      attempt: delivery.attempts,
    }
    try {
      const mail = await composeMail(delivery, context)
      // Looked at last, when the mail is made: what is known a moment later comes after the mail, as with any letter.
      if (!(await isStillTrue(delivery, { deliveries, facts, nowMs: await db.now() })))
        return await this.#supersede(delivery, { lock, facts: about })
      await transport.send(mail)
      checkpoint('mail.accepted')
    } catch (error) {
      return this.#refused(delivery, { lock, error, facts: about })
    }
    this.#reached()
    const nowMs = await db.now()
    if ((await deliveries.markSent(delivery.id, { lock, nowMs })) === 0)
      logger.warn(about, 'e-mail sent after its lease: another try may have sent it too')
    else logger.info(about, 'e-mail sent')
    metrics.sent(delivery.template, nowMs - delivery.queuedAtMs)
  }

  async #supersede(delivery: MailDelivery, { lock, facts }: { lock: string; facts: object }): Promise<void> {
    const { deliveries, logger, metrics } = this.#options
    await deliveries.supersede(delivery.id, { lock })
    logger.info(facts, 'e-mail superseded: it is no longer true')
    metrics.superseded(delivery.template)
  }

  async #refused(delivery: MailDelivery, { lock, error, facts }: { lock: string; error: unknown; facts: object }): Promise<void> {
    const { db, deliveries, logger, metrics } = this.#options
    const kind = error instanceof MailRefused ? error.kind : 'temporary'
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH_MAX)
    const nowMs = await db.now()
    const waitMs = this.#waitAfter(kind, { attempts: delivery.attempts, queuedForMs: nowMs - delivery.queuedAtMs })
    metrics.refused(delivery.template, kind)
    if (error instanceof MailRefused && kind !== 'unreachable') this.#reached()
    if (waitMs === null) {
      await deliveries.fail(delivery.id, { lock, error: reason })
      // An address that the mail server will not have is a mistake of who typed it; what was tried for a day is a trouble of ours.
      logger[kind === 'permanent' ? 'warn' : 'error']({ ...facts, err: error }, 'e-mail given up')
      return
    }
    await deliveries.postpone(delivery.id, { lock, dueAtMs: nowMs + waitMs, error: reason })
    // What is not the mail server's doing is ours, such as a template that fails: it is retried, for the next version may send it, and must be seen.
    if (error instanceof MailRefused) logger.warn({ ...facts, reason, kind, waitMs }, 'e-mail not taken, to be sent again')
    else logger.error({ ...facts, err: error, waitMs }, 'e-mail could not be made')
    this.#nudgeIn(waitMs)
  }

  /** Null to give up. A server that is away is waited for without end: that is no reason to drop anybody's mail. */
  #waitAfter(kind: MailRefused['kind'], since: { attempts: number; queuedForMs: number }): number | null {
    if (kind === 'permanent') return null
    if (kind === 'temporary') return retryWaitMs(since)
    if (Date.now() >= this.#outage.untilMs) {
      const waitMs = OUTAGE_WAITS_MS[Math.min(this.#outage.probes, OUTAGE_WAITS_MS.length - 1)] ?? OUTAGE_WAITS_MS[0]
      this.#outage = { probes: this.#outage.probes + 1, untilMs: Date.now() + waitMs }
    }
    return Math.max(0, this.#outage.untilMs - Date.now())
  }

  /** The server speaks to us: everybody may go again. */
  #reached(): void {
    this.#outage = { probes: 0, untilMs: 0 }
  }

  #nudgeIn(waitMs: number): void {
    if (waitMs > TIMER_MAX_MS || this.#isClosing) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.nudge()
    }, waitMs + 1)
    timer.unref()
    this.#timers.add(timer)
  }
}
