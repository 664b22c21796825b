import {
  databaseUrlOf,
  Integrity,
  Jobs,
  Outbox,
  createLogger,
  openBus,
  openDatabase,
  placesOf,
  serviceFrom,
  servePublishedEvents,
  startRelay,
  type Bus,
  type Database,
  type Logger,
  type Metrics,
  type Service,
  type ServiceParts,
} from '@skyhold/platform'
import { Counter, Gauge } from 'prom-client'
import { type IdentitySettings, isSecondFactorRequired } from './config.ts'
import { AuditController } from './controllers/audit.ts'
import { AuthController } from './controllers/auth.ts'
import { CredentialsController } from './controllers/credentials.ts'
import { KeysController } from './controllers/keys.ts'
import { MeController } from './controllers/me.ts'
import { SecondFactorController } from './controllers/second-factor.ts'
import { UsersController } from './controllers/users.ts'
import type { PasswordCost } from './domain/passwords.ts'
import { identityChecks } from './integrity/index.ts'
import type { HashingQueue } from './services/hashing-queue.ts'
import { addPurgeSessions } from './jobs/purge-sessions.ts'
import { addPurgeLinks } from './jobs/purge-links.ts'
import { addPurgeLoginTries } from './jobs/purge-login-tries.ts'
import { addRetireKeys } from './jobs/retire-keys.ts'
import { AuditRepository } from './repositories/audit.ts'
import { LoginTriesRepository } from './repositories/login-tries.ts'
import { FirstAccountRepository } from './repositories/first-account.ts'
import { MailCountRepository } from './repositories/mail-count.ts'
import { MailLinkRepository } from './repositories/mail-link.ts'
import { RefreshTokenRepository } from './repositories/refresh-token.ts'
import { SecondFactorRepository } from './repositories/second-factor.ts'
import { SessionRepository } from './repositories/session.ts'
import { SigningKeyRepository } from './repositories/signing-key.ts'
import { UserRepository } from './repositories/user.ts'
import { auditRoutes } from './routes/audit.ts'
import { authRoutes } from './routes/auth.ts'
import { keysRoutes } from './routes/keys.ts'
import { credentialsRoutes } from './routes/credentials.ts'
import { meRoutes } from './routes/me.ts'
import { secondFactorRoutes } from './routes/second-factor.ts'
import { usersRoutes } from './routes/users.ts'
import { Afterwards } from './services/afterwards.ts'
import type { IdentityDeps } from './services/deps.ts'
import { ensureFirstAccounts } from './services/first-accounts.ts'
import { KeyRing } from './services/key-ring.ts'
import { createLoginLimit } from './services/login-limit.ts'
import { createOwnVerifier } from './services/own-verifier.ts'
import { defaultHashingQueue, PasswordHasher } from './services/password-hasher.ts'

export { identitySettings, type IdentitySettings } from './config.ts'
export { DEMO_AGENT } from './services/first-accounts.ts'

export interface IdentityParts extends ServiceParts {
  bus?: Bus
  hashingQueue?: HashingQueue
  /** Tests hash cheaply. No setting gives it: nobody who runs the service may weaken its passwords. */
  passwordCost?: PasswordCost
  /** Tests prove by another one that its guard is needed. */
  users?: (db: Database) => UserRepository
  sessions?: (db: Database) => SessionRepository
  mailCounts?: (db: Database) => MailCountRepository
  refreshTokens?: (db: Database) => RefreshTokenRepository
  secondFactors?: (db: Database) => SecondFactorRepository
  /** The clock of this process, in milliseconds since 1970. */
  now?: () => number
}

/** The identity service, which does not listen yet. */
export function createIdentity(settings: IdentitySettings, parts: IdentityParts = {}): Service {
  const logger = parts.logger ?? createLogger({ service: 'identity', level: settings.LOG_LEVEL })
  const hashingQueue = parts.hashingQueue ?? defaultHashingQueue()
  const deps = wire(settings, { ...parts, logger, hashingQueue })
  const verifier = parts.verifier ?? createOwnVerifier(deps)
  const service = serviceFrom('identity', settings, { ...parts, logger, verifier })

  // After what describes the API is loaded: it hears of the routes that come later only.
  service.http.after(() => {
    authRoutes(service.http, new AuthController(deps))
    credentialsRoutes(service.http, new CredentialsController(deps))
    meRoutes(service.http, new MeController(deps))
    secondFactorRoutes(service.http, new SecondFactorController(deps))
    usersRoutes(service.http, new UsersController(deps))
    auditRoutes(service.http, new AuditController(deps))
    keysRoutes(service.http, new KeysController(deps))
    servePublishedEvents(service.http, deps.db, { readers: ['notifications'] })
  })

  measureHashing(service.metrics, hashingQueue)
  startData(service, settings, deps)
  startMessages(service, settings, { ...deps, ...(parts.bus && { bus: parts.bus }) })
  startJobs(service, settings, deps)
  return service
}

interface WiringParts
  extends Pick<IdentityParts, 'users' | 'sessions' | 'mailCounts' | 'refreshTokens' | 'secondFactors' | 'passwordCost' | 'now'> {
  logger: Logger
  hashingQueue: HashingQueue
}

function wire(settings: IdentitySettings, parts: WiringParts): IdentityDeps {
  const { logger, hashingQueue, now = Date.now } = parts
  const db = openDatabase({
    url: databaseUrlOf('identity', settings),
    pool: { max: settings.DATABASE_POOL_MAX },
    // A spent refresh token must not come back to life after a loss of power.
    synchronous: 'FULL',
    logger,
  })
  const keySecret = settings.KEY_ENCRYPTION_SECRET
  return {
    db,
    outbox: new Outbox(db, { producer: 'identity' }),
    users: parts.users?.(db) ?? new UserRepository(db),
    sessions: parts.sessions?.(db) ?? new SessionRepository(db),
    refreshTokens: parts.refreshTokens?.(db) ?? new RefreshTokenRepository(db),
    secondFactors: parts.secondFactors?.(db) ?? new SecondFactorRepository(db),
    audit: new AuditRepository(db),
    links: new MailLinkRepository(db),
    mailCounts: parts.mailCounts?.(db) ?? new MailCountRepository(db),
    firstAccounts: new FirstAccountRepository(db),
    keys: new KeyRing({ db, repository: new SigningKeyRepository(db), secret: keySecret, logger }),
    hasher: new PasswordHasher(hashingQueue, parts.passwordCost),
    afterwards: new Afterwards(logger),
    loginLimit: createLoginLimit({ db, tries: new LoginTriesRepository(db), quota: loginQuotaOf(settings), keySecret, logger }),
    logger,
    issuer: placesOf(settings).publicUrl,
    keySecret,
    cursorSecret: settings.COOKIE_SECRET,
    isSecondFactorRequired: isSecondFactorRequired(settings),
    now,
  }
}

const loginQuotaOf = ({ RATE_LIMIT_PER_MINUTE: perMinute, RATE_LIMIT_LOGIN_PER_MINUTE: logins }: IdentitySettings) =>
  perMinute === 0 ? 0 : logins

function startData(service: Service, settings: IdentitySettings, deps: IdentityDeps): void {
  const { db, keys, hasher, afterwards } = deps
  service.onStop(() => db.close())
  service.onStop(() => afterwards.settled())
  service.check('database', () => db.isReachable())
  service.onStart('database', async () => {
    await db.connect()
    await db.migrate(new URL('../migrations/', import.meta.url))
  })
  service.onStart('signing key', () => keys.ensureKey())
  service.onStart('first accounts', async () => {
    await hasher.prepare()
    await ensureFirstAccounts(settings, deps)
  })
}

function startMessages(service: Service, settings: IdentitySettings, { db, outbox, bus: given }: IdentityDeps & { bus?: Bus }): void {
  const { logger, metrics } = service
  const bus = given ?? openBus({ url: settings.BROKER_URL, dataDir: settings.DATA_DIR, name: 'identity', logger, metrics })
  service.onStop(() => bus.close())
  service.check('broker', () => bus.isConnected())
  service.onStart('broker', async () => {
    await bus.connect()
    const relay = startRelay({ db, bus, outbox, logger, metrics })
    service.onStop(() => relay.close())
  })
}

function startJobs(service: Service, settings: IdentitySettings, deps: IdentityDeps): void {
  const { logger, metrics } = service
  const integrity = new Integrity({ service, db: deps.db, url: databaseUrlOf('identity', settings), checks: identityChecks })
  service.onStart('jobs', async () => {
    const jobs = new Jobs({ db: deps.db, logger, metrics, owner: `identity-${settings.REPLICA}` })
    service.onStop(() => jobs.close())
    addPurgeSessions(jobs, deps)
    integrity.schedule(jobs, settings.INTEGRITY_EVERY_SECONDS)
    addPurgeLinks(jobs, deps)
    addPurgeLoginTries(jobs, { db: deps.db, loginTries: new LoginTriesRepository(deps.db) })
    addRetireKeys(jobs, { ...deps, keys: new SigningKeyRepository(deps.db), logger })
  })
}

function measureHashing(metrics: Metrics, queue: HashingQueue): void {
  new Gauge({
    name: 'password_hashing_waiting',
    help: 'Passwords that wait for their turn to be hashed.',
    registers: [metrics],
    collect() {
      this.set(queue.waiting)
    },
  })
  new Counter({
    name: 'password_hashes_total',
    help: 'Passwords that were hashed, or compared with a hash.',
    registers: [metrics],
    collect() {
      this.reset()
      this.inc(queue.begun)
    },
  })
}
