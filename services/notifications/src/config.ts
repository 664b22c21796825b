import type { Settings } from '@skyhold/contracts'
import { COMMON_SETTINGS, loadSettings, placesOf, SettingsError, type CommonSettings, type Environment } from '@skyhold/platform'
import type { Mailbox } from './clients/smtp.ts'

export type NotificationsSettings = CommonSettings & Pick<Settings, 'SMTP_URL' | 'MAIL_FROM'>

/** The settings of this service, checked. Throws SettingsError that names every bad one. */
export function notificationsSettings(env: Environment): Readonly<NotificationsSettings> {
  const settings = loadSettings([...COMMON_SETTINGS, 'SMTP_URL', 'MAIL_FROM'], env)
  mailboxOf(settings.MAIL_FROM)
  if (settings.SMTP_URL !== '' && !/^smtps?:\/\/[^\s]+$/.test(settings.SMTP_URL))
    throw new SettingsError('SMTP_URL must be smtp://… or smtps://…')
  return settings
}

/** The mail server, by default the local mailbox. */
export const smtpUrlOf = (settings: NotificationsSettings): string => settings.SMTP_URL || placesOf(settings).smtp

/** Reads `Name <address>` or an address alone. */
export function mailboxOf(text: string): Mailbox {
  const match = /^(?:([^<>\p{Cc}]*?)\s*<([^\s<>@,;]+@[^\s<>@,;]+)>|([^\s<>@,;]+@[^\s<>@,;]+))$/u.exec(text.trim())
  const address = match?.[2] ?? match?.[3]
  if (!match || address === undefined) throw new SettingsError('MAIL_FROM must be an address, or a name and <an address>')
  return { name: (match[1] ?? '').replace(/^"|"$/g, ''), address }
}

/** The part of an address after the @. */
export const domainOf = ({ address }: Mailbox): string => address.slice(address.lastIndexOf('@') + 1)
