import { SETTINGS } from '@skyhold/contracts'
import { ALL_SECRETS, type Slot } from './members.ts'

export interface EnvironmentWish {
  slot: Slot
  slots: readonly Slot[]
  /** What the person set, `.env` included. */
  base: NodeJS.ProcessEnv
  host: string
  port: number
  dataDir: string
  databaseUrl: string | undefined
  brokerUrl: string
  /** null: there is none, and each gateway counts by itself. */
  redisUrl: string | null
  secretOf: (name: string) => string
}

/** Made by the stack when the person sets none. The others have defaults that the simulator and the handbook know. */
const GENERATED = ['SERVICE_TOKEN_SECRET', 'COOKIE_SECRET', 'KEY_ENCRYPTION_SECRET']
/** What opens the cookies of the site is the gateway's. A service, which signs its cursors by the same setting, has another one, and its replicas the same. */
const isOwnOf = ({ member }: Slot, name: string): boolean => name === 'COOKIE_SECRET' && member.name !== 'gateway'
/** What a program needs of the machine, and no more: a service has no use for the person's other variables. */
const OF_THE_MACHINE = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_ENV', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'NODE_EXTRA_CA_CERTS']
/** Set for each process below, whatever stands in the person's environment. */
const OF_THE_SLOT = ['PORT', 'LISTEN_PORT', 'HOST', 'REPLICA', 'DATA_DIR', 'DATABASE_URL', 'BROKER_URL', 'REDIS_URL']

/** The environment of one process: settings, its own secrets, its own database, and where the others are. */
export function environmentOf({
  slot,
  slots,
  base,
  host,
  port,
  dataDir,
  databaseUrl,
  brokerUrl,
  redisUrl,
  secretOf,
}: EnvironmentWish): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {}
  for (const name of [...OF_THE_MACHINE, ...Object.keys(SETTINGS)]) {
    const isSomebodyElses = ALL_SECRETS.has(name) && (!slot.member.secrets.some((own) => own === name) || isOwnOf(slot, name))
    if (!OF_THE_SLOT.includes(name) && !isSomebodyElses && base[name] !== undefined) env[name] = base[name]
  }
  for (const name of slot.member.secrets)
    if (GENERATED.includes(name)) env[name] ??= secretOf(isOwnOf(slot, name) ? `${name} of ${slot.member.name}` : name)
  return {
    ...urlsOfServices(slots, host),
    ...env,
    PORT: String(port),
    LISTEN_PORT: '0',
    HOST: host,
    REPLICA: String(slot.replica),
    DATA_DIR: dataDir,
    ...(slot.member.hasDatabase && databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    ...(slot.member.usesBroker ? { BROKER_URL: brokerUrl } : {}),
    ...(slot.member.usesRedis && redisUrl ? { REDIS_URL: redisUrl } : {}),
  }
}

/** IDENTITY_URL, FLIGHTS_URL, BOOKINGS_URL and NOTIFICATIONS_URL; several replicas make a comma list. */
export function urlsOfServices(slots: readonly Slot[], host: string): Record<string, string> {
  const urls: Record<string, string[]> = {}
  for (const { member, port } of slots) {
    const name = `${member.name.toUpperCase()}_URL`
    if (name in SETTINGS) (urls[name] ??= []).push(`http://${host}:${port}`)
  }
  return Object.fromEntries(Object.entries(urls).map(([name, list]) => [name, list.join(',')]))
}
