import type { SettingName, Settings } from '@skyhold/contracts'
import { type Environment, loadSettings, PLACE_SETTINGS, PROCESS_SETTINGS } from '@skyhold/platform/without-database'

export const SIMULATOR_SETTINGS = [
  ...PROCESS_SETTINGS,
  ...PLACE_SETTINGS,
  'WEBHOOK_URL',
  'SIM_SLOW_MS',
  'STRIPE_WEBHOOK_SECRET',
] as const satisfies readonly SettingName[]

export type SimulatorSettings = Readonly<Pick<Settings, (typeof SIMULATOR_SETTINGS)[number]>>
export const simulatorSettings = (env?: Environment): SimulatorSettings => loadSettings(SIMULATOR_SETTINGS, env)
