import { Type, type Static, type TSchema } from 'typebox'

const text = (description: string, fallback?: string) =>
  Type.String({ description, ...(fallback === undefined ? {} : { default: fallback }) })
const whole = (description: string, fallback: number, minimum = 0, maximum = 2_147_483_647) =>
  Type.Integer({ description, default: fallback, minimum, maximum })
/** An empty text means: derived from HOST and PORT, or off, as the description says. */
const url = (description: string) => text(description, '')

/** A secret whose value everybody knows. Fine on a laptop; production refuses to start with it. */
export const DEVELOPMENT_SECRET = 'for-development-only-change-me-in-production'
export const DEVELOPMENT_ADMIN_PASSWORD = 'admin-for-development'

/** Every setting there is, with its default: the one list that services, runners, `.env.example` and the docs are made from. */
export const SETTINGS = {
  SKYHOLD_ENV: Type.Enum(['development', 'production'], {
    default: 'development',
    description: 'production refuses default secrets, SQLite, the simulator and the mailbox',
  }),
  ALLOW_IN_PRODUCTION: text('explicit yes to what production refuses: a comma list of sqlite, simulator, mailbox', ''),
  PORT: whole("the gateway's port; the other services count from it", 8080, 1, 64_000),
  HOST: text('address to listen on', '127.0.0.1'),
  LISTEN_PORT: whole('port of this one process, when it does not count from PORT; 0 = counts', 0, 0, 65_535),
  REPLICA: whole('which replica of its service this process is; replica n listens on its port + 100·(n−1)', 1, 1, 99),
  PUBLIC_URL: url('where people reach the gateway; issuer of the tokens'),
  IDENTITY_URL: url('where identity listens'),
  FLIGHTS_URL: url('where flights listens; a comma list = replicas'),
  BOOKINGS_URL: url('where bookings listens; a comma list = replicas'),
  NOTIFICATIONS_URL: url('where notifications listens; a comma list = replicas'),
  PAYMENTS_URL: Type.Optional(text('where the payment simulator listens; set and empty = Stripe')),
  WEBHOOK_URL: url("simulator: where it sends its webhooks; default the gateway's /api/v1/webhooks/payments"),
  DATA_DIR: text('folder of the embedded databases, the mailbox and the simulator', './.data'),
  DATABASE_URL: text('sqlite: (a file of DATA_DIR) | sqlite:<file> | mysql://user:password@host:port/database', 'sqlite:'),
  DATABASE_POOL_MAX: whole('connections a process keeps to its database', 10, 1, 200),
  BROKER_URL: text('memory: (all services in one process) | amqp://user:password@host:port/vhost', 'memory:'),
  REDIS_URL: url(
    'redis://user:password@host:port of a Redis or Valkey in which gateways count rate limits and keep the lines of the waiting room together; empty = each in its memory',
  ),
  SMTP_URL: url('mail server; default the local mailbox'),
  MAIL_FROM: text('sender of the e-mails', 'Skyhold <tickets@skyhold.example>'),
  CORS_ORIGINS: text('comma list of origins whose pages may call the API', ''),
  HOLD_TTL_SECONDS: whole('how long a hold keeps its seats', 600, 1, 86_400),
  HOLD_LIFE_MAX_SECONDS: whole('how long a hold can live with extensions', 1800, 1, 86_400),
  HOLDS_PER_USER_MAX: whole('live holds a user may have', 3, 1, 1000),
  SALES_HORIZON_DAYS: whole('flights of the timetable go on sale so many days ahead', 60, 1, 400),
  SALES_CLOSE_MINUTES: whole('sales close so long before departure', 60, 0, 10_080),
  PAYMENT_ANSWER_MS: whole('a payment that takes longer is answered 202', 5000, 1, 60_000),
  PAYMENT_TIMEOUT_MS: whole('the provider has so long; then recovery owns the payment', 10_000, 1, 120_000),
  PIN_MAX_SECONDS: whole('a provider unreachable for longer turns the booking to attention', 900, 1, 86_400),
  CLOCK_SKEW_MAX_MS: whole('after a change of database server no lapsed claim is taken over for so long', 2000, 0, 60_000),
  EXPIRY_EVERY_SECONDS: whole('period of the sweeper', 5, 1, 3600),
  RECOVERY_EVERY_SECONDS: whole('period of the payment recovery', 10, 1, 3600),
  CANCEL_FLIGHTS_EVERY_SECONDS: whole('period of the look for bookings on cancelled flights, beside the news of each', 2, 1, 3600),
  INTEGRITY_EVERY_SECONDS: whole('how often each service checks what must be true of its data', 300, 1, 86_400),
  SIM_SLOW_MS: whole('simulator: how long pm_sim_slow takes', 8000, 0, 120_000),
  ADMIN_EMAIL: text('the first administrator, made at the first start', 'admin@skyhold.example'),
  ADMIN_PASSWORD: text("the first administrator's password", DEVELOPMENT_ADMIN_PASSWORD),
  SECOND_FACTOR_REQUIRED: Type.Enum(['auto', 'on', 'off'], {
    default: 'auto',
    description:
      'whether agents and administrators are customers only until they have set up a second factor; auto: off in development, on elsewhere',
  }),
  RATE_LIMIT_PER_MINUTE: whole('calls a user may make; 0 turns every limit off', 300),
  RATE_LIMIT_ADDRESS_PER_MINUTE: whole('calls an address may make', 3000, 1),
  RATE_LIMIT_LOGIN_PER_MINUTE: whole('logins per account and address', 20, 1),
  RATE_LIMIT_LOOKUP_PER_MINUTE: whole('booking look-ups per address', 10, 1),
  SOCKETS_PER_ADDRESS_MAX: whole('connections that one address may hold open to the gateway; not counted behind trusted proxies', 200, 1),
  EVENT_STREAMS_PER_ADDRESS_MAX: whole('live seat maps that one address may have open at a gateway', 20, 1),
  WAITING_ROOM_PER_MINUTE: whole('purchases of one flight that the waiting room lets begin in a minute; 0 = no waiting room', 0, 0, 60_000),
  TRUSTED_PROXIES: whole('how many proxies in front of the gateway may name the client address', 0, 0, 10),
  KEY_ENCRYPTION_SECRET: text('encrypts the signing keys and the secrets of second factors at rest', DEVELOPMENT_SECRET),
  SERVICE_TOKEN_SECRET: text('signs the calls from service to service', DEVELOPMENT_SECRET),
  METRICS_TOKEN: text(
    'what a Prometheus must send as its bearer token to read /metrics of any process; empty = anybody who reaches the port',
    '',
  ),
  COOKIE_SECRET: text(
    'seals the cookies of the site (gateway) and signs list cursors (services); the same in all replicas of a service, another in each service',
    DEVELOPMENT_SECRET,
  ),
  STRIPE_SECRET_KEY: text('sk_… of Stripe, or anything for the simulator', 'sk_test_simulator'),
  STRIPE_PUBLISHABLE_KEY: text('pk_… of Stripe (no effect yet)', ''),
  STRIPE_WEBHOOK_SECRET: text('secret of the webhooks; a comma list of two during rotation', 'whsec_simulator'),
  SEED: Type.Enum(['demo', 'none'], {
    default: 'demo',
    description: 'demo: airports, aircraft and a timetable for the coming SALES_HORIZON_DAYS',
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'how much is logged',
  }),
  WORKERS: whole('processes of a service that share its port (no effect yet)', 1, 1, 16),
  START_PATIENCE_SECONDS: whole('how long a starting service waits for its database and broker before it gives up', 120, 1, 3600),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('where traces go; empty = nowhere (no effect yet)'),
} as const satisfies Record<string, TSchema>

export type SettingName = keyof typeof SETTINGS
export type Settings = { [N in SettingName]: Static<(typeof SETTINGS)[N]> }
