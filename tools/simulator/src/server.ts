import { environmentWithDotEnv, loadSettings, runProcess, SettingsError } from '@skyhold/platform/without-database'
import { createSimulator, SIMULATOR_SETTINGS } from './app.ts'

await runProcess(() => {
  const settings = loadSettings(SIMULATOR_SETTINGS, environmentWithDotEnv())
  if (settings.SKYHOLD_ENV === 'production' && !settings.ALLOW_IN_PRODUCTION.split(',').includes('simulator')) {
    throw new SettingsError('The simulator takes no money and has no place in production, unless ALLOW_IN_PRODUCTION names it.')
  }
  return createSimulator(settings)
})
