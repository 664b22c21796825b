import { mkdirSync } from 'node:fs'
import { bookingsSettings } from '@skyhold/bookings/config'
import { createBookings } from '@skyhold/bookings'
import { createFlights } from '@skyhold/flights'
import { flightsSettings } from '@skyhold/flights/config'
import { createGateway } from '@skyhold/gateway'
import { gatewaySettings } from '@skyhold/gateway/config'
import { createIdentity } from '@skyhold/identity'
import { identitySettings } from '@skyhold/identity/config'
import { createMailbox } from '@skyhold/mailbox'
import { mailboxSettings } from '@skyhold/mailbox/config'
import { createNotifications } from '@skyhold/notifications'
import { notificationsSettings } from '@skyhold/notifications/config'
import {
  COMMON_SETTINGS,
  createLogger,
  endOnSignals,
  endProcess,
  type Environment,
  environmentWithDotEnv,
  loadSettings,
  placesOf,
  type Service,
  SettingsError,
} from '@skyhold/platform'
import { createSimulator } from '@skyhold/simulator'
import { simulatorSettings } from '@skyhold/simulator/config'

/** Every service in one process on embedded SQLite and the in-process bus: the same code as in production, for a first look. */
async function main(): Promise<void> {
  const startedAtMs = performance.now()
  const env: Environment = { LOG_LEVEL: 'warn', ...environmentWithDotEnv() }
  const settings = loadSettings(COMMON_SETTINGS, env)
  mkdirSync(settings.DATA_DIR, { recursive: true })
  const services = createAll(env)
  const logger = createLogger({ service: 'all-in-one', level: settings.LOG_LEVEL })
  const close = async () => {
    // The door first, what the others stand on last.
    for (const service of [...services].reverse()) await service.close()
  }
  endOnSignals(close, logger)
  try {
    for (const service of services) await service.listen()
    await Promise.all(services.map(({ started }) => started))
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    await close()
    await endProcess(1)
  }
  greet(env, performance.now() - startedAtMs)
}

/** In the order in which they need each other. */
function createAll(env: Environment): Service[] {
  return [
    createMailbox(mailboxSettings(env)),
    createSimulator(simulatorSettings(env)),
    createIdentity(identitySettings(env)),
    createFlights(flightsSettings(env)),
    createNotifications(notificationsSettings(env)),
    createBookings(bookingsSettings(env)),
    createGateway(gatewaySettings(env)),
  ]
}

function greet(env: Environment, tookMs: number): void {
  const settings = loadSettings([...COMMON_SETTINGS, 'ADMIN_EMAIL', 'ADMIN_PASSWORD'], env)
  const places = placesOf(settings)
  process.stdout.write(`
  Skyhold is ready (${(tookMs / 1000).toFixed(1)} s).

    Site       ${places.publicUrl}/
    API docs   ${places.publicUrl}/docs
    Mailbox    ${places.mailbox}/
    Payments   ${places.simulator}/   (the simulator's ledger)

    Sign up on the site, or sign in as ${settings.ADMIN_EMAIL} with ${env.ADMIN_PASSWORD ? 'your ADMIN_PASSWORD' : settings.ADMIN_PASSWORD}.
    Data is in ${settings.DATA_DIR}. Ctrl-C stops.
\n`)
}

/** What a person can do about it, where that is known; else all there is, for a report. */
function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.message
  if (!(error instanceof Error)) return `Skyhold could not start: ${String(error)}`
  const isInUse = error.message.includes('database is locked') || ('code' in error && error.code === 'EADDRINUSE')
  if (isInUse)
    return `Skyhold could not start: its DATA_DIR or its ports are in use (${error.message}). Is it running already? Set another DATA_DIR and PORT to run a second one.`
  return `Skyhold could not start: ${error.stack ?? error.message}`
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  await endProcess(1)
}
