import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { DEVELOPMENT_ADMIN_PASSWORD, DEVELOPMENT_SECRET, SETTINGS, type SettingName, type Settings } from '@skyhold/contracts'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'

export class SettingsError extends Error {
  override name = 'SettingsError'
}

export type Environment = Record<string, string | undefined>

/** Settings that every process has, service or tool: where it lives and how it runs. */
export const PROCESS_SETTINGS = [
  'SKYHOLD_ENV',
  'ALLOW_IN_PRODUCTION',
  'PORT',
  'HOST',
  'LISTEN_PORT',
  'REPLICA',
  'DATA_DIR',
  'LOG_LEVEL',
  'START_PATIENCE_SECONDS',
  'METRICS_TOKEN',
] as const satisfies readonly SettingName[]

/** Where the others are. */
export const PLACE_SETTINGS = [
  'PUBLIC_URL',
  'IDENTITY_URL',
  'FLIGHTS_URL',
  'BOOKINGS_URL',
  'NOTIFICATIONS_URL',
] as const satisfies readonly SettingName[]

/** Settings that every service has. */
export const COMMON_SETTINGS = [
  ...PROCESS_SETTINGS,
  ...PLACE_SETTINGS,
  'DATABASE_URL',
  'DATABASE_POOL_MAX',
  'BROKER_URL',
  'SERVICE_TOKEN_SECRET',
  'SALES_CLOSE_MINUTES',
  'COOKIE_SECRET',
  'INTEGRITY_EVERY_SECONDS',
] as const satisfies readonly SettingName[]
export type CommonSettings = Pick<Settings, (typeof COMMON_SETTINGS)[number]>

/** Where the secrets stand that production must not share with every reader of the source. */
const KNOWN_SECRETS: Partial<Record<SettingName, string>> = {
  SERVICE_TOKEN_SECRET: DEVELOPMENT_SECRET,
  KEY_ENCRYPTION_SECRET: DEVELOPMENT_SECRET,
  COOKIE_SECRET: DEVELOPMENT_SECRET,
  ADMIN_PASSWORD: DEVELOPMENT_ADMIN_PASSWORD,
  STRIPE_WEBHOOK_SECRET: 'whsec_simulator',
  STRIPE_SECRET_KEY: 'sk_test_simulator',
}

/**
 * One frozen object of the named settings, checked and with defaults. An empty value counts as absent, except where empty has a meaning (PAYMENTS_URL).
 * Throws SettingsError that names every bad variable, so that a wrong start is put right in one go.
 */
export function loadSettings<N extends SettingName>(names: readonly N[], env: Environment = process.env): Readonly<Pick<Settings, N>> {
  const values: Record<string, unknown> = {}
  for (const name of names) {
    const value = env[name]
    if (value !== undefined && (value !== '' || name === 'PAYMENTS_URL')) values[name] = value
  }
  const check = checkOf(names)
  const problems = check(values) ? [] : (check.errors ?? []).map(describe)
  if (values.SKYHOLD_ENV === 'production') problems.push(...refusedInProduction(values, names))
  if (problems.length) throw new SettingsError(`The settings are not usable:\n${problems.map((line) => `  ${line}`).join('\n')}`)
  return Object.freeze(values) as Readonly<Pick<Settings, N>>
}

// The schemas are our own, so they need no check themselves, which would take longer than all the rest.
const ajv = new Ajv({ coerceTypes: true, useDefaults: true, allErrors: true, strict: false, validateSchema: false })
const checks = new Map<string, ValidateFunction>()

/** Compiled once for each set of names: where many services run in one process, many ask for the same. */
function checkOf(names: readonly SettingName[]): ValidateFunction {
  const key = names.join()
  const known = checks.get(key)
  if (known) return known
  // Optional is a mark of TypeBox, not of JSON Schema: what has no default and is not marked would be required.
  const required = names.filter((name) => !('default' in SETTINGS[name]) && name !== 'PAYMENTS_URL')
  const check = ajv.compile({ type: 'object', properties: Object.fromEntries(names.map((name) => [name, SETTINGS[name]])), required })
  checks.set(key, check)
  return check
}

const describe = (error: ErrorObject) =>
  `${error.instancePath.slice(1) || String(error.params.missingProperty)} ${error.message ?? 'is not valid'}`

function refusedInProduction(values: Record<string, unknown>, names: readonly SettingName[]): string[] {
  const allowed = typeof values.ALLOW_IN_PRODUCTION === 'string' ? values.ALLOW_IN_PRODUCTION.split(',') : []
  const problems = Object.entries(KNOWN_SECRETS)
    .filter(([name, known]) => values[name] === known)
    .map(([name]) => `${name} is the development default, which everybody knows; set your own`)
  const url = values.DATABASE_URL
  if (typeof url === 'string' && url.startsWith('sqlite:') && !allowed.includes('sqlite'))
    problems.push('DATABASE_URL is SQLite, which is for a first look; set mysql://…, or ALLOW_IN_PRODUCTION=sqlite')
  if (values.RATE_LIMIT_PER_MINUTE === 0) problems.push('RATE_LIMIT_PER_MINUTE=0 turns every limit off, which production refuses')
  if (names.includes('PAYMENTS_URL') && values.PAYMENTS_URL !== '' && !allowed.includes('simulator'))
    problems.push(
      'PAYMENTS_URL is not set to empty, which means Stripe: the simulator takes no money; set PAYMENTS_URL= , or ALLOW_IN_PRODUCTION=simulator',
    )
  if ('SMTP_URL' in values && values.SMTP_URL === '' && !allowed.includes('mailbox'))
    problems.push('SMTP_URL is not set: mail would go to the local mailbox; set it, or ALLOW_IN_PRODUCTION=mailbox')
  return problems
}

/** The environment with `.env` beneath it. A name in the file that Skyhold does not know is refused: it is a typing error that would be silently without effect. */
export function environmentWithDotEnv(file = '.env', env: Environment = process.env): Environment {
  if (!existsSync(file)) return env
  const fromFile = parseEnv(readFileSync(file, 'utf8'))
  const unknown = Object.keys(fromFile).filter((name) => !(name in SETTINGS))
  if (unknown.length) throw new SettingsError(`${file} has unknown settings: ${unknown.join(', ')}`)
  return { ...fromFile, ...env }
}
