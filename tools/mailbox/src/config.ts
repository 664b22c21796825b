import type { Settings } from '@skyhold/contracts'
import { type Environment, loadSettings, PROCESS_SETTINGS } from '@skyhold/platform/without-database'

export const MAILBOX_SETTINGS = PROCESS_SETTINGS

export type MailboxSettings = Readonly<Pick<Settings, (typeof MAILBOX_SETTINGS)[number]>>
export const mailboxSettings = (env?: Environment): MailboxSettings => loadSettings(MAILBOX_SETTINGS, env)
