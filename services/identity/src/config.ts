import type { SettingName, Settings } from '@skyhold/contracts'
import { COMMON_SETTINGS, loadSettings, SettingsError, type CommonSettings, type Environment } from '@skyhold/platform'
import { isEmail } from './domain/email.ts'
import { isCommonPassword } from './domain/passwords.ts'

const OWN_SETTINGS = [
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
  'KEY_ENCRYPTION_SECRET',
  'RATE_LIMIT_PER_MINUTE',
  'RATE_LIMIT_LOGIN_PER_MINUTE',
  'SECOND_FACTOR_REQUIRED',
  'SEED',
] as const satisfies readonly SettingName[]
export type IdentitySettings = CommonSettings & Pick<Settings, (typeof OWN_SETTINGS)[number]>

/** The settings of this service, checked. Throws SettingsError that names every bad one; in production a default secret is one. */
export function identitySettings(env: Environment): Readonly<IdentitySettings> {
  const settings = loadSettings([...COMMON_SETTINGS, ...OWN_SETTINGS], env)
  const problems = problemsOf(settings)
  if (problems.length) throw new SettingsError(`The settings are not usable:\n${problems.map((line) => `  ${line}`).join('\n')}`)
  return settings
}

/** Left to itself it is asked for wherever real people are; a first look at home needs no telephone. */
export const isSecondFactorRequired = ({ SECOND_FACTOR_REQUIRED, SKYHOLD_ENV }: IdentitySettings): boolean =>
  SECOND_FACTOR_REQUIRED === 'auto' ? SKYHOLD_ENV !== 'development' : SECOND_FACTOR_REQUIRED === 'on'

function problemsOf({ ADMIN_EMAIL, ADMIN_PASSWORD, SKYHOLD_ENV }: IdentitySettings): string[] {
  const problems: string[] = []
  if (!isEmail(ADMIN_EMAIL)) problems.push('ADMIN_EMAIL is not an e-mail address')
  if (ADMIN_PASSWORD.length < 8 || ADMIN_PASSWORD.length > 128) problems.push('ADMIN_PASSWORD must have 8 to 128 characters')
  if (SKYHOLD_ENV === 'production' && isCommonPassword(ADMIN_PASSWORD)) problems.push('ADMIN_PASSWORD is one of the most common passwords')
  return problems
}
