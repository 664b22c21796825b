import { QUEUES } from '@skyhold/contracts'
import {
  createServiceTokens,
  databaseUrlOf,
  Integrity,
  Jobs,
  openBus,
  openDatabase,
  Outbox,
  placesOf,
  serviceFrom,
  servePublishedEvents,
  startRelay,
  type App,
  type Bus,
  type Database,
  type Service,
  type ServiceParts,
} from '@skyhold/platform'
import type { FlightsSettings } from './config.ts'
import { onInventoryChanged } from './consumers/inventory-changed.ts'
import { FlightsController } from './controllers/flights.ts'
import { ReferenceController } from './controllers/reference.ts'
import { inventoryArrivals } from './integrity/arrivals.ts'
import { flightsChecks } from './integrity/index.ts'
import { addGenerateFlights, GENERATE_FLIGHTS } from './jobs/generate-flights.ts'
import { addNoteDepartures } from './jobs/note-departures.ts'
import { defineModels } from './models/index.ts'
import { AvailabilityRepository } from './repositories/availability.ts'
import { FlightAudit } from './repositories/flight-audit.ts'
import { FlightRepository } from './repositories/flight.ts'
import { ReferenceRepository } from './repositories/reference.ts'
import { ScheduleRepository } from './repositories/schedule.ts'
import { flightsRoutes } from './routes/flights.ts'
import { internalRoutes } from './routes/internal.ts'
import { referenceRoutes } from './routes/reference.ts'
import { FlightAnnouncer } from './services/flight-announcer.ts'
import { FlightSearch } from './services/flight-search.ts'
import { FlightSnapshot } from './services/flight-snapshot.ts'
import { ReferenceBook } from './services/reference-book.ts'
import { RouteDays } from './services/route-days.ts'
import { seedReference, seedTimetable } from './services/seeding.ts'

export { flightsSettings, type FlightsSettings } from './config.ts'

export interface FlightsParts extends ServiceParts {
  /** Milliseconds since 1970; tests move it. */
  now?: () => number
}

/** The flights service, which does not listen yet. */
export function createFlights(settings: FlightsSettings, parts: FlightsParts = {}): Service {
  const service = serviceFrom('flights', settings, parts)
  const { logger, metrics } = service
  const now = parts.now ?? Date.now
  const db = openDatabase({
    url: databaseUrlOf('flights', settings),
    pool: { max: settings.DATABASE_POOL_MAX },
    synchronous: 'NORMAL',
    logger,
  })
  const bus = openBus({ url: settings.BROKER_URL, dataDir: settings.DATA_DIR, name: 'flights', logger, metrics })

  const outbox = new Outbox(db, { producer: 'flights' })
  const wired = wire({ db, outbox, now, settings })
  // A plugin, because the description of the API sees only routes that come after its own plugin is loaded.
  service.http.register(async (http: App) => {
    flightsRoutes(http, new FlightsController(wired))
    referenceRoutes(http, new ReferenceController(wired))
    internalRoutes(http, new FlightSnapshot(wired))
    servePublishedEvents(http, db, { readers: ['bookings'] })
  })

  startData(service, { db, settings, ...wired })
  startMessages(service, { db, bus, outbox, ...wired })
  const producers = { bookings: placesOf(settings).bookings }
  const integrity = new Integrity({
    service,
    db,
    url: databaseUrlOf('flights', settings),
    checks: flightsChecks,
    outsideChecks: [inventoryArrivals({ producers, tokens: createServiceTokens(settings.SERVICE_TOKEN_SECRET, 'flights') })],
  })
  startJobs(service, { db, settings, integrity, desk: wired.desk, schedules: wired.schedules })
  return service
}

type Wired = ReturnType<typeof wire>

function wire({ db, outbox, now, settings }: { db: Database; outbox: Outbox; now: () => number; settings: FlightsSettings }) {
  const models = defineModels(db.sequelize)
  const repository = new ReferenceRepository(models)
  const schedules = new ScheduleRepository(models)
  const flights = new FlightRepository(db, models)
  const availability = new AvailabilityRepository(db, models)
  const reference = new ReferenceBook(repository)
  const routeDays = new RouteDays({ flights, reference, now })
  const announcer = new FlightAnnouncer({ outbox, reference })
  const cursorSecret = settings.COOKIE_SECRET
  const search = new FlightSearch({ routeDays, reference, cursorSecret, now, salesCloseMinutes: settings.SALES_CLOSE_MINUTES })
  const desk = { db, flights, audit: new FlightAudit(db), reference, announcer, routeDays, now }
  return { repository, schedules, flights, availability, reference, routeDays, cursorSecret, search, desk, now }
}

function startData(
  service: Service,
  { db, settings, repository, schedules, reference }: Wired & { db: Database; settings: FlightsSettings },
): void {
  service.onStop(() => db.close())
  service.check('database', () => db.isReachable())
  service.onStart('database', async () => {
    await db.connect()
    await db.migrate(new URL('../migrations/', import.meta.url))
    await seedReference({ db, repository })
    await reference.load()
    if (settings.SEED === 'demo') await seedTimetable({ db, schedules, reference })
  })
}

function startMessages(
  service: Service,
  { db, bus, outbox, availability, routeDays }: Wired & { db: Database; bus: Bus; outbox: Outbox },
): void {
  const { logger, metrics } = service
  service.onStop(() => bus.close())
  service.check('broker', () => bus.isConnected())
  service.onStart('broker', () => bus.connect())
  // Steps of their own: one that is repeated must not start the other twice.
  service.onStart('relay', async () => {
    const relay = startRelay({ db, bus, outbox, logger, metrics })
    service.onStop(() => relay.close())
  })
  service.onStart('subscription', async () => {
    const subscription = await bus.subscribe(QUEUES.flightsInventory, ({ event }) =>
      onInventoryChanged(event, { db, availability, routeDays }),
    )
    service.onStop(() => subscription.close())
  })
}

function startJobs(
  service: Service,
  {
    db,
    settings,
    integrity,
    desk,
    schedules,
  }: Pick<Wired, 'desk' | 'schedules'> & { db: Database; settings: FlightsSettings; integrity: Integrity },
): void {
  const { logger, metrics } = service
  const jobs = new Jobs({ db, logger, metrics, owner: `flights-${settings.REPLICA}` })
  service.onStop(() => jobs.close())
  service.onStart('timetable', async () => {
    addGenerateFlights(jobs, { ...desk, schedules, horizonDays: settings.SALES_HORIZON_DAYS, logger })
    // Waited for, so that the first search already finds the coming days.
    await jobs.runNow(GENERATE_FLIGHTS)
    addNoteDepartures(jobs, { ...desk, logger })
    integrity.schedule(jobs, settings.INTEGRITY_EVERY_SECONDS)
  })
}
