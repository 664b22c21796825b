import { QUEUES } from '@skyhold/contracts'
import {
  type Bus,
  type consumeOnce,
  createCursors,
  createServiceTokens,
  type Database,
  databaseUrlOf,
  Integrity,
  Jobs,
  openBus,
  openDatabase,
  placesOf,
  type Service,
  serviceFrom,
  type ServiceParts,
} from '@skyhold/platform'
import type { MailTransport } from './clients/mail-transport.ts'
import { openSecretLinks } from './clients/secret-links.ts'
import { openSmtp } from './clients/smtp.ts'
import { domainOf, mailboxOf, type NotificationsSettings, smtpUrlOf } from './config.ts'
import { onDeadLetters } from './consumers/dead-letters.ts'
import { onMailEvents } from './consumers/mail-events.ts'
import { DeadLettersController } from './controllers/dead-letters.ts'
import { NotificationsController } from './controllers/notifications.ts'
import { mailArrivals } from './integrity/arrivals.ts'
import { notificationsChecks } from './integrity/index.ts'
import { addPurgeInbox } from './jobs/purge-inbox.ts'
import { addSendMail } from './jobs/send-mail.ts'
import { addWatchUnrouted } from './jobs/watch-unrouted.ts'
import { AuditRepository } from './repositories/audit.ts'
import { DeadLetterRepository } from './repositories/dead-letter.ts'
import { DeliveryRepository } from './repositories/delivery.ts'
import { NotedFacts } from './repositories/noted-facts.ts'
import { deadLettersRoutes } from './routes/dead-letters.ts'
import { notificationsRoutes } from './routes/notifications.ts'
import { DeadLetterMetrics } from './services/dead-letter-metrics.ts'
import { MailMetrics } from './services/mail-metrics.ts'
import { MailSender } from './services/mail-sender.ts'

export { type NotificationsSettings, notificationsSettings } from './config.ts'

/** Mails on their way at a time, and connections to the mail server. More would crowd a small server and gain nothing: making them costs one core. */
const CONCURRENCY = 6
/** A server that takes a mail slowly, for its filters, is waited for; then the mail is tried again under the same Message-ID. */
const SEND_TIMEOUT_MS = 30_000
/** Longer than any send, so that nobody takes over what is alive. */
const LEASE_MS = 40_000

export interface NotificationsParts extends ServiceParts {
  bus?: Bus
  transport?: MailTransport
  leaseMs?: number
  /** In place of the inbox: for the test that shows what the inbox is for. */
  once?: typeof consumeOnce
}

/** The notifications service, which does not listen yet. */
export function createNotifications(settings: NotificationsSettings, parts: NotificationsParts = {}): Service {
  const service = serviceFrom('notifications', settings, parts)
  const { logger, metrics } = service
  const db = openDatabase({
    url: databaseUrlOf('notifications', settings),
    pool: { max: settings.DATABASE_POOL_MAX },
    logger,
  })
  const bus = parts.bus ?? openBus({ url: settings.BROKER_URL, dataDir: settings.DATA_DIR, name: 'notifications', logger, metrics })
  const deliveries = new DeliveryRepository(db)
  const facts = new NotedFacts(db)
  const audit = new AuditRepository(db)
  const { publicUrl, bookings, identity } = placesOf(settings)
  const from = mailboxOf(settings.MAIL_FROM)
  const sender = new MailSender({
    db,
    deliveries,
    facts,
    transport: parts.transport ?? openSmtp({ url: smtpUrlOf(settings), from, connections: CONCURRENCY, timeoutMs: SEND_TIMEOUT_MS }),
    context: {
      publicUrl,
      secretLink: openSecretLinks({ identityUrls: identity, secret: settings.SERVICE_TOKEN_SECRET }),
    },
    logger,
    metrics: new MailMetrics(metrics),
    owner: `notifications-${settings.REPLICA}`,
    concurrency: CONCURRENCY,
    leaseMs: parts.leaseMs ?? LEASE_MS,
  })
  const domain = domainOf(from)
  const cursorSecret = settings.COOKIE_SECRET
  const cursors = createCursors(cursorSecret, 'notifications')
  notificationsRoutes(
    service.http,
    new NotificationsController({ db, deliveries, facts, audit, sender, domain, logger, cursors, cursorSecret }),
  )

  const letters = new DeadLetterRepository(db)
  const letterCursors = createCursors(cursorSecret, 'dead-letters')
  deadLettersRoutes(service.http, new DeadLettersController({ db, bus, letters, audit, logger, cursors: letterCursors, cursorSecret }))

  startData(service, db)
  const integrity = new Integrity({
    service,
    db,
    url: databaseUrlOf('notifications', settings),
    checks: notificationsChecks,
    outsideChecks: [
      mailArrivals({ producers: { bookings, identity }, tokens: createServiceTokens(settings.SERVICE_TOKEN_SECRET, 'notifications') }),
    ],
  })
  startSending(service, { db, bus, sender, facts, integrity, settings })
  startMessages(service, bus, onMailEvents({ db, deliveries, facts, sender, domain, ...(parts.once && { once: parts.once }) }))
  startDesk(service, { db, bus, letters })
  return service
}

function startData(service: Service, db: Database): void {
  service.onStop(() => db.close())
  service.check('database', () => db.isReachable())
  service.onStart('database', async () => {
    await db.connect()
    await db.migrate(new URL('../migrations/', import.meta.url))
  })
}

/** The mail server is no condition of readiness: while it is away mail waits here, and everything else goes on. */
function startSending(
  service: Service,
  {
    db,
    bus,
    sender,
    facts,
    integrity,
    settings,
  }: { db: Database; bus: Bus; sender: MailSender; facts: NotedFacts; integrity: Integrity; settings: NotificationsSettings },
): void {
  const { logger, metrics } = service
  const jobs = new Jobs({ db, logger, metrics, owner: `notifications-${settings.REPLICA}` })
  service.onStop(() => sender.close())
  service.onStop(() => jobs.close())
  service.onStart('jobs', async () => {
    addSendMail(jobs, sender)
    addPurgeInbox(jobs, db, facts)
    integrity.schedule(jobs, settings.INTEGRITY_EVERY_SECONDS)
    addWatchUnrouted(jobs, { bus, logger })
  })
}

function startMessages(service: Service, bus: Bus, handler: ReturnType<typeof onMailEvents>): void {
  service.onStop(() => bus.close())
  service.check('broker', () => bus.isConnected())
  service.onStart('broker', async () => {
    await bus.connect()
    const subscription = await bus.subscribe(QUEUES.notificationsMail, handler)
    service.onStop(() => subscription.close())
  })
}

/** One desk for the dead letters of all consumers: this service tells people of things, and needs no other one to be up for it. */
function startDesk(service: Service, { db, bus, letters }: { db: Database; bus: Bus; letters: DeadLetterRepository }): void {
  const queues = Object.values(QUEUES)
  const metrics = new DeadLetterMetrics(service.metrics, { queues: queues.map(({ name }) => name), count: () => letters.countWaiting() })
  for (const queue of queues)
    service.onStart(`dead letters of ${queue.name}`, async () => {
      const subscription = await bus.subscribeToDeadLetters(queue, onDeadLetters({ db, letters, metrics, logger: service.logger }))
      service.onStop(() => subscription.close())
    })
}
