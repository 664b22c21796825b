import { resolve } from 'node:path'
import type { CommonSettings } from './settings.ts'

const OFFSETS = { gateway: 0, identity: 1, flights: 2, bookings: 3, notifications: 4, simulator: 10, mailbox: 25, smtp: 26 } as const
export type PlaceName = keyof typeof OFFSETS

/** The port of a process: counted from PORT, unless LISTEN_PORT says otherwise. */
export function portOf(name: PlaceName, settings: Pick<CommonSettings, 'PORT' | 'LISTEN_PORT' | 'REPLICA'>): number {
  return settings.LISTEN_PORT || settings.PORT + OFFSETS[name] + 100 * (settings.REPLICA - 1)
}

type PlaceSettings = Pick<
  CommonSettings,
  'HOST' | 'PORT' | 'PUBLIC_URL' | 'IDENTITY_URL' | 'FLIGHTS_URL' | 'BOOKINGS_URL' | 'NOTIFICATIONS_URL'
>

/** Base URLs of the services as the others reach them; several = replicas. */
export interface Places {
  publicUrl: string
  identity: string[]
  flights: string[]
  bookings: string[]
  notifications: string[]
  simulator: string
  mailbox: string
  smtp: string
}

export function placesOf(settings: PlaceSettings): Places {
  const at = (name: PlaceName, scheme = 'http') => `${scheme}://${settings.HOST}:${settings.PORT + OFFSETS[name]}`
  const listed = (urls: string, name: PlaceName) => (urls || at(name)).split(',').map((url) => url.trim().replace(/\/$/, ''))
  return {
    publicUrl: (settings.PUBLIC_URL || at('gateway')).replace(/\/$/, ''),
    identity: listed(settings.IDENTITY_URL, 'identity'),
    flights: listed(settings.FLIGHTS_URL, 'flights'),
    bookings: listed(settings.BOOKINGS_URL, 'bookings'),
    notifications: listed(settings.NOTIFICATIONS_URL, 'notifications'),
    simulator: at('simulator'),
    mailbox: at('mailbox'),
    smtp: at('smtp', 'smtp'),
  }
}

/** `sqlite:` alone means this service's own file in DATA_DIR; everything else is taken as it stands. */
export function databaseUrlOf(service: string, settings: Pick<CommonSettings, 'DATABASE_URL' | 'DATA_DIR'>): string {
  return settings.DATABASE_URL === 'sqlite:' ? `sqlite:${resolve(settings.DATA_DIR, `${service}.sqlite`)}` : settings.DATABASE_URL
}
