import {
  createCursors,
  createServiceTokens,
  databaseUrlOf,
  Integrity,
  type Metrics,
  openBus,
  openDatabase,
  Outbox,
  placesOf,
  type Service,
  serviceFrom,
  servePublishedEvents,
  type ServiceParts,
  startRelay,
} from '@skyhold/platform'
import { createFlightsSnapshot } from './clients/flights-snapshot.ts'
import { createStripeProvider } from './clients/payment-provider.ts'
import { createProviderLedger } from './clients/provider-ledger.ts'
import type { BookingsSettings } from './config.ts'
import { consumeFlights } from './consumers/flight-changed.ts'
import { flightArrivals } from './integrity/arrivals.ts'
import { bookingsChecks } from './integrity/index.ts'
import { reconciliation } from './integrity/reconciliation.ts'
import { startJobs } from './jobs/index.ts'
import { defineModels, type Models } from './models/index.ts'
import { Audit } from './repositories/audit.ts'
import { BookingSearch } from './repositories/booking-search.ts'
import { BookingTokens } from './repositories/booking-tokens.ts'
import { Bookings } from './repositories/bookings.ts'
import { Cancellations } from './repositories/cancellations.ts'
import { Claims } from './repositories/claims.ts'
import { Disputes } from './repositories/disputes.ts'
import { Flights } from './repositories/flights.ts'
import { HoldQuotas } from './repositories/hold-quotas.ts'
import { Holds } from './repositories/holds.ts'
import { IdempotencyKeys } from './repositories/idempotency-keys.ts'
import { InventoryMarks } from './repositories/inventory-marks.ts'
import { Payments } from './repositories/payments.ts'
import { ProviderEvents } from './repositories/provider-events.ts'
import { Refunds } from './repositories/refunds.ts'
import { TicketNumbers, Tickets } from './repositories/tickets.ts'
import { bookingRoutes } from './routes/bookings.ts'
import { cancellationRoutes } from './routes/cancellations.ts'
import { holdRoutes } from './routes/holds.ts'
import { auditRoutes } from './routes/audit.ts'
import { moneyDeskRoutes } from './routes/money-desk.ts'
import { providerEventRoutes } from './routes/provider-events.ts'
import { providerWebhookRoutes } from './routes/provider-webhooks.ts'
import { refundRoutes } from './routes/refunds.ts'
import { seatMapRoutes } from './routes/seat-map.ts'
import { FlightCatalog } from './services/flight-catalog.ts'
import { fillFlights } from './services/keep-flights.ts'
import type { Parts } from './services/parts.ts'
import { measureWaiting, PaymentMetrics } from './services/payment-metrics.ts'
import { measureRefunds } from './services/refund-metrics.ts'
import { TakeSeats } from './services/take-seats.ts'
import { SeatWatch } from './services/watch-seats.ts'

export type BookingsParts = ServiceParts & {
  /** A part in another's place: for the tests that take a guard away and must then fail. */
  replace?: (parts: Parts) => Partial<Parts>
  /** The jobs begin a whole period after the start. */
  jobsStartLate?: boolean
}

/** Wires the service. It does not listen. */
export function createBookings(settings: BookingsSettings, options: BookingsParts = {}): Service {
  const service = serviceFrom('bookings', settings, options)
  const { logger, metrics } = service
  const db = openDatabase({ url: databaseUrlOf('bookings', settings), pool: { max: settings.DATABASE_POOL_MAX }, logger })
  const bus = openBus({ url: settings.BROKER_URL, dataDir: settings.DATA_DIR, logger, metrics })
  const wired = wire(settings, {
    db,
    models: defineModels(db.sequelize),
    provider: createStripeProvider({ ...providerOptions(settings), webhookSecrets: settings.STRIPE_WEBHOOK_SECRET.split(',') }),
    outbox: new Outbox(db, { producer: 'bookings' }),
    logger,
    metrics,
  })
  const parts: Parts = { ...wired, ...options.replace?.(wired) }
  const { flights } = placesOf(settings)
  const tokens = createServiceTokens(settings.SERVICE_TOKEN_SECRET, 'bookings')
  const snapshot = createFlightsSnapshot({ urls: flights, serviceTokens: tokens })

  const integrity = new Integrity({
    service,
    db,
    url: databaseUrlOf('bookings', settings),
    checks: bookingsChecks(parts.paymentRules),
    outsideChecks: [reconciliation(createProviderLedger(providerOptions(settings))), flightArrivals({ producers: { flights }, tokens })],
  })

  service.onStart('the database', () => db.connect())
  service.onStart('the migrations', () => db.migrate(new URL('../migrations/', import.meta.url)))
  service.onStart('the broker', () => bus.connect())
  service.onStart('the flights', () => fillFlights(snapshot, parts))
  service.onStop(() => db.close())
  service.onStop(() => bus.close())
  service.onStop(async () => void (await Promise.allSettled(parts.unfinished)))
  service.onStart('the consumers and jobs', async () => {
    const relay = startRelay({ db, bus, outbox: parts.outbox, logger, metrics })
    service.onStop(() => relay.close())
    const jobs = startJobs(parts, { settings, service, startsLate: options.jobsStartLate })
    service.onStop(() => jobs.close())
    integrity.schedule(jobs.jobs, settings.INTEGRITY_EVERY_SECONDS)
    const subscription = await consumeFlights(bus, parts, () => jobs.cancelFlightsSoon())
    service.onStop(() => subscription.close())
  })
  const watch = new SeatWatch(parts, metrics)
  // Open streams would keep the server from closing.
  service.http.addHook('preClose', async () => {
    watch.close()
  })
  service.check('database', () => db.isReachable())
  service.check('broker', () => bus.isConnected())

  holdRoutes(service.http, parts, new TakeSeats({ ...parts, rules: parts.holdRules }))
  bookingRoutes(service.http, parts, createCursors(settings.COOKIE_SECRET, 'bookings'))
  cancellationRoutes(service.http, parts)
  refundRoutes(service.http, parts)
  measureRefunds(metrics, parts)
  seatMapRoutes(service.http, parts, watch)
  providerWebhookRoutes(service.http, parts)
  moneyDeskRoutes(service.http, parts, createCursors(settings.COOKIE_SECRET, 'disputes'))
  auditRoutes(service.http, parts, settings.COOKIE_SECRET)
  providerEventRoutes(service.http, parts, settings.COOKIE_SECRET)
  servePublishedEvents(service.http, db, { readers: ['flights', 'notifications'] })
  measureWaiting(metrics, parts)
  return service
}

/** What the use cases stand on, opened by whoever gives it. */
type Ground = Pick<Parts, 'db' | 'provider' | 'outbox' | 'logger'> & { models: Models; metrics: Metrics }

/** What the use cases are made of. The simulation wires it too, in simulated time. */
export function wire(settings: BookingsSettings, { db, models, provider, outbox, logger, metrics }: Ground): Parts {
  const flights = new Flights(db)
  return {
    db,
    outbox,
    logger,
    flights,
    catalog: new FlightCatalog(flights),
    provider,
    claims: new Claims(db, { isClockTrusted: () => db.msSinceServerChange() >= settings.CLOCK_SKEW_MAX_MS }),
    holds: new Holds(db),
    quotas: new HoldQuotas(db),
    bookings: new Bookings(db, models),
    bookingSearch: new BookingSearch(db),
    bookingTokens: new BookingTokens(db),
    payments: new Payments(db),
    refunds: new Refunds(db),
    cancellations: new Cancellations(db),
    tickets: new Tickets(db, models),
    ticketNumbers: new TicketNumbers(db),
    providerEvents: new ProviderEvents(db),
    disputes: new Disputes(db),
    paymentMetrics: new PaymentMetrics(metrics),
    keys: new IdempotencyKeys(db),
    marks: new InventoryMarks(db),
    audit: new Audit(db),
    holdRules: {
      ttlMs: settings.HOLD_TTL_SECONDS * 1000,
      lifeMaxMs: settings.HOLD_LIFE_MAX_SECONDS * 1000,
      perUserMax: settings.HOLDS_PER_USER_MAX,
      salesCloseMs: settings.SALES_CLOSE_MINUTES * 60_000,
    },
    unfinished: new Set(),
    paymentRules: {
      answerMs: settings.PAYMENT_ANSWER_MS,
      timeoutMs: settings.PAYMENT_TIMEOUT_MS,
      pinMaxMs: settings.PIN_MAX_SECONDS * 1000,
    },
  }
}

/** Where the provider is, for who charges and for who compares the books. */
const providerOptions = (settings: BookingsSettings) => ({
  secretKey: settings.STRIPE_SECRET_KEY,
  simulatorUrl: settings.PAYMENTS_URL === undefined ? placesOf(settings).simulator : settings.PAYMENTS_URL || null,
  timeoutMs: settings.PAYMENT_TIMEOUT_MS,
})
