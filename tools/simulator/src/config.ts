import type { SettingName, Settings } from '@skyhold/contracts'
import { type Environment, loadSettings } from '@skyhold/platform'

export const SIMULATOR_SETTINGS = [
  'SKYHOLD_ENV',
  'ALLOW_IN_PRODUCTION',
  'PORT',
  'HOST',
  'LISTEN_PORT',
  'REPLICA',
  'PUBLIC_URL',
  'IDENTITY_URL',
  'FLIGHTS_URL',
  'BOOKINGS_URL',
  'NOTIFICATIONS_URL',
  'DATA_DIR',
  'LOG_LEVEL',
  'START_PATIENCE_SECONDS',
  'WEBHOOK_URL',
  'SIM_SLOW_MS',
  'STRIPE_WEBHOOK_SECRET',
] as const satisfies readonly SettingName[]

export type SimulatorSettings = Readonly<Pick<Settings, (typeof SIMULATOR_SETTINGS)[number]>>
export const simulatorSettings = (env?: Environment): SimulatorSettings => loadSettings(SIMULATOR_SETTINGS, env)
