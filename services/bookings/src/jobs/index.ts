import { Jobs, type Service } from '@skyhold/platform'
import type { BookingsSettings } from '../config.ts'
import { announceInventory, TOLD_EVERY_MS } from '../services/announce-inventory.ts'
import { cancelFlights } from '../services/cancel-flights.ts'
import { expireHolds } from '../services/expire-holds.ts'
import { fillBookingSearch } from '../services/fill-booking-search.ts'
import { forgetHolds } from '../services/forget-holds.ts'
import type { Parts } from '../services/parts.ts'
import { purgeOld } from '../services/purge-old.ts'
import { recoverPayments } from '../services/recover-payments.ts'
import { sendRefunds } from '../services/send-refunds.ts'

/** As often as one flight's numbers are told; the timer of each replica is its own. */
const ANNOUNCE_EVERY_MS = TOLD_EVERY_MS
/** But after a round that took long, because many flights have changed, it rests so many times as long: those who take seats come first. */
const ANNOUNCE_REST = 9

export interface BookingsJobs {
  jobs: Jobs
  /** A flight has been cancelled: no need to wait for the next turn. */
  cancelFlightsSoon(): void
  close(): Promise<void>
}

/** Every schedule of the service. All are safe with any number of replicas: by conditional updates, not by luck. */
export function startJobs(
  parts: Parts,
  { settings, service, startsLate = false }: { settings: BookingsSettings; service: Service; startsLate?: boolean | undefined },
): BookingsJobs {
  const jobs = new Jobs({ db: parts.db, logger: parts.logger, metrics: service.metrics, owner: `bookings-${settings.REPLICA}`, startsLate })
  jobs.every('expire', { seconds: settings.EXPIRY_EVERY_SECONDS }, async () => void (await expireHolds(parts)))
  jobs.every('recover-payments', { seconds: settings.RECOVERY_EVERY_SECONDS }, async () => void (await recoverPayments(parts)))
  jobs.every('cancel-flights', { seconds: settings.CANCEL_FLIGHTS_EVERY_SECONDS }, async () => {
    // Their money need not wait for the turn of its job.
    if ((await cancelFlights(parts)) > 0) void jobs.runNow('refund')
  })
  jobs.every('refund', { seconds: 30 }, async () => void (await sendRefunds(parts)))
  jobs.every('fill-booking-search', { seconds: 3600, lease: true }, async () => void (await fillBookingSearch(parts)))
  jobs.every('purge', { seconds: 3600, lease: true }, async () => {
    await purgeOld(parts)
    await forgetHolds(parts)
  })
  const announcer = repeat(() => announceInventory(parts), parts)
  let isWoken = false
  return {
    jobs,
    cancelFlightsSoon() {
      // One run more is enough for all that came while it waited for its turn.
      if (isWoken) return
      isWoken = true
      void jobs.runNow('cancel-flights').finally(() => {
        isWoken = false
      })
    },
    async close() {
      await announcer.close()
      await jobs.close()
    },
  }
}

/** A loop, because cron counts in seconds. */
function repeat(work: () => Promise<void>, { logger }: Parts): { close(): Promise<void> } {
  let isClosed = false
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout
  const round = async () => {
    const startedAtMs = performance.now()
    try {
      await work()
    } catch (error) {
      logger.warn({ err: error }, 'the inventory could not be announced')
    }
    wait(Math.max(ANNOUNCE_EVERY_MS, ANNOUNCE_REST * (performance.now() - startedAtMs)))
  }
  const wait = (ms: number) => {
    if (isClosed) return
    timer = setTimeout(() => {
      running = round()
    }, ms)
  }
  wait(ANNOUNCE_EVERY_MS)
  return {
    async close() {
      isClosed = true
      clearTimeout(timer)
      await running
    },
  }
}
