import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

/** What a bookings process can be started without; the names are those of the twins' parts. */
export const GUARDS = ['claims-primary-key', 'hold-conditions', 'charge-slot', 'charge-key', 'idempotency', 'hold-quota'] as const

export const HELP = `Buys, cancels and breaks on a running Skyhold, then checks what must be true whatever happened.

  npm run verify -- [--minutes 2] [--seed <text>] [--users 16]
      starts a stack of its own (MariaDB, RabbitMQ, two replicas of bookings), kills its processes and cuts its connections
  npm run verify -- --no-faults
      the same in peace
  npm run verify -- --url http://127.0.0.1:8080
      drives an installation that runs already, and breaks nothing. It makes accounts, buys seats and leaves them bought:
      it is for an installation that is not open to the public yet
  npm run verify -- --without ${GUARDS[0]}
      its own stack with a guard taken away, to see that the violation is found. Guards:
      ${GUARDS.join(', ')}

  --database mysql    its own stack over MySQL 9 instead of MariaDB
  --history <file>    where every request and answer is written, JSON lines
  --route DEL-BOM     whose flights are bought      --days-ahead 20    from which day on

  With --url, from the environment:
    ADMIN_EMAIL, ADMIN_PASSWORD   an administrator: has the services check themselves, and cancels one flight of the route
    SIMULATOR_URL                 the payment simulator, for its ledger and 3-D Secure
    MAILBOX_URL                   the mailbox, for the e-mails
    HOLDS_PER_USER_MAX            the limit of holds, if the installation says it

  Ends with 0 when nothing was violated, 1 when something was, 2 when it could not run, or when its own stack was not checked in full.`

const DATABASES = ['mariadb', 'mysql'] as const
type Database = (typeof DATABASES)[number]

export interface Options {
  url: string | null
  minutes: number
  seed: string
  users: number
  historyFile: string
  without: string[]
  database: Database
  faults: boolean
  from: string
  to: string
  daysAhead: number
  help: boolean
}

const MINUTES_MAX = 24 * 60
/** A test of half a minute is the shortest that is of any use. */
const MINUTES_MIN = 0.1
const USERS_MAX = 200

/** Throws a sentence for the person. */
export function readOptions(args: readonly string[], nowMs: number): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string' },
      users: { type: 'string', default: '16' },
      history: { type: 'string' },
      without: { type: 'string', multiple: true, default: [] },
      database: { type: 'string', default: 'mariadb' },
      'no-faults': { type: 'boolean', default: false },
      route: { type: 'string', default: 'DEL-BOM' },
      'days-ahead': { type: 'string', default: '20' },
      help: { type: 'boolean', default: false },
    },
  })
  const seed = values.seed ?? nowMs.toString(36)
  const [from = '', to = ''] = values.route.split('-')
  const without = values.without.flatMap((text) => text.split(','))
  const unknown = without.filter((name) => !(GUARDS as readonly string[]).includes(name))
  if (unknown.length) throw new Error(`--without ${unknown.join(', ')}: the guards are ${GUARDS.join(', ')}.`)
  const database = DATABASES.find((name) => name === values.database)
  if (!database) throw new Error(`--database ${values.database}: it is ${DATABASES.join(' or ')}.`)
  if (without.length && values.url) throw new Error('--without is only for the stack that is started here, not for --url.')
  if (!/^[A-Z]{3}-[A-Z]{3}$/.test(values.route)) throw new Error(`--route ${values.route}: it is two airports, as in DEL-BOM.`)
  if (values.url !== undefined && !URL.canParse(values.url))
    throw new Error(`--url ${values.url}: it is an address, as in http://127.0.0.1:8080.`)
  return {
    url: values.url?.replace(/\/$/, '') ?? null,
    minutes: numberOf('--minutes', values.minutes, MINUTES_MIN, MINUTES_MAX),
    seed,
    users: Math.floor(numberOf('--users', values.users, 2, USERS_MAX)),
    historyFile: values.history ?? path.join(os.tmpdir(), `verify-${nowMs}.jsonl`),
    without,
    database,
    faults: !values['no-faults'] && values.url === undefined,
    from,
    to,
    daysAhead: numberOf('--days-ahead', values['days-ahead'], 0, 300),
    help: values.help,
  }
}

function numberOf(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!(value >= min && value <= max)) throw new Error(`${name} ${text}: it is a number from ${min} to ${max}.`)
  return value
}
