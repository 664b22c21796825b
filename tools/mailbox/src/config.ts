import type { SettingName, Settings } from '@skyhold/contracts'
import { type Environment, loadSettings } from '@skyhold/platform'

export const MAILBOX_SETTINGS = [
  'SKYHOLD_ENV',
  'ALLOW_IN_PRODUCTION',
  'PORT',
  'HOST',
  'LISTEN_PORT',
  'REPLICA',
  'DATA_DIR',
  'LOG_LEVEL',
  'START_PATIENCE_SECONDS',
] as const satisfies readonly SettingName[]

export type MailboxSettings = Readonly<Pick<Settings, (typeof MAILBOX_SETTINGS)[number]>>
export const mailboxSettings = (env?: Environment): MailboxSettings => loadSettings(MAILBOX_SETTINGS, env)
