import { once } from 'node:events'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { DEVELOPMENT_ADMIN_PASSWORD } from '@skyhold/contracts'
import { environmentWithDotEnv, loadSettings } from '@skyhold/platform/settings'
import { startStack, type Stack } from './stack.ts'
import { parseReplicas } from './stack/members.ts'

const HELP = `Runs Skyhold as in production on this machine: each service its own process, a private database, a private RabbitMQ and a private Redis.

  npm run stack -- [--replicas bookings=2,flights=2] [--database mariadb|mysql] [--verbose]

  DATA_DIR       the stack lives in DATA_DIR/stack (default ./.stack)
  PORT           the gateway's port (8080); the others count from it
  DATABASE_URL   administrator of a MySQL or MariaDB that runs already: mysql://root:secret@127.0.0.1:3306
  BROKER_URL     a RabbitMQ that runs already: amqp://user:secret@127.0.0.1:5672/vhost
  REDIS_URL      a Redis or Valkey that runs already: redis://default:secret@127.0.0.1:6379`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      replicas: { type: 'string', multiple: true, default: [] },
      database: { type: 'string', default: 'mariadb' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const { database } = values
  if (database !== 'mariadb' && database !== 'mysql') throw new Error(`--database ${database}: it is mariadb or mysql.`)
  const env = environmentWithDotEnv()
  const settings = loadSettings(['PORT', 'HOST', 'ADMIN_EMAIL', 'ADMIN_PASSWORD'], env)
  const folder = path.resolve(env.DATA_DIR ? path.join(env.DATA_DIR, 'stack') : '.stack')
  const ending = new AbortController()
  onSignals((name) => ending.abort(new Error(`The start was ended by ${name}.`)))
  const startedAt = performance.now()
  console.log(`Starting the database, the broker and the services in ${folder} …`)
  const stack = await startStack({
    folder,
    port: settings.PORT,
    host: settings.HOST,
    database,
    replicas: parseReplicas(values.replicas),
    env,
    redis: true,
    ...(env.DATABASE_URL ? { databaseUrl: env.DATABASE_URL } : {}),
    ...(env.BROKER_URL ? { brokerUrl: env.BROKER_URL } : {}),
    signal: ending.signal,
    onNotice: (sentence) => console.log(sentence),
    ...(values.verbose ? { onLine: (line: string) => console.log(line) } : {}),
  })
  console.log(welcome(stack, folder, settings, (performance.now() - startedAt) / 1000))
  if (!ending.signal.aborted) await once(ending.signal, 'abort')
  console.log('Stopping the services, then the servers …')
  await stack.stop()
  console.log('Everything is stopped; the data stays for the next start.')
}

function welcome(stack: Stack, folder: string, settings: { ADMIN_EMAIL: string; ADMIN_PASSWORD: string }, seconds: number): string {
  const password = settings.ADMIN_PASSWORD === DEVELOPMENT_ADMIN_PASSWORD ? settings.ADMIN_PASSWORD : 'the ADMIN_PASSWORD that you set'
  const lines = [
    `Skyhold is ready after ${seconds.toFixed(1)} s.`,
    `  Site       ${stack.baseUrl}`,
    `  API docs   ${stack.baseUrl}/docs`,
    ...(stack.places['mailbox-1'] ? [`  Mailbox    ${stack.places['mailbox-1']}`] : []),
    `  Sign in    ${settings.ADMIN_EMAIL} with ${password}, or register as a passenger on the site`,
    `  Logs       ${path.join(folder, 'logs')}`,
    `  Crash one  kill -9 $(cat ${path.join(folder, 'pids', 'bookings-1.pid')})   and it is started again`,
    'Ctrl-C stops everything.',
  ]
  return lines.join('\n')
}

/** The first signal starts the end. More of them change nothing: npm and the terminal both send one, and the end is bounded. */
function onSignals(end: (name: string) => void): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => end(name))
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  },
)
