import { COMMON_SETTINGS, loadSettings, type CommonSettings, type Environment } from '@skyhold/platform'
import type { Settings } from '@skyhold/contracts'

export type FlightsSettings = CommonSettings & Pick<Settings, 'SEED' | 'SALES_HORIZON_DAYS'>

/** The settings of this service, checked. Throws SettingsError that names every bad one. */
export const flightsSettings = (env: Environment): Readonly<FlightsSettings> =>
  loadSettings([...COMMON_SETTINGS, 'SEED', 'SALES_HORIZON_DAYS'], env)
