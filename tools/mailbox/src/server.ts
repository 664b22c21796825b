import { environmentWithDotEnv, loadSettings, runProcess, SettingsError } from '@skyhold/platform/without-database'
import { createMailbox, MAILBOX_SETTINGS } from './app.ts'

await runProcess(() => {
  const settings = loadSettings(MAILBOX_SETTINGS, environmentWithDotEnv())
  if (settings.SKYHOLD_ENV === 'production' && !settings.ALLOW_IN_PRODUCTION.split(',').includes('mailbox')) {
    throw new SettingsError('The mailbox delivers to nobody and has no place in production, unless ALLOW_IN_PRODUCTION names it.')
  }
  return createMailbox(settings)
})
