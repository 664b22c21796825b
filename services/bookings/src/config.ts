import type { Settings } from '@skyhold/contracts'
import { COMMON_SETTINGS, type Environment, loadSettings } from '@skyhold/platform'

const BOOKINGS_SETTINGS = [
  ...COMMON_SETTINGS,
  'HOLD_TTL_SECONDS',
  'HOLD_LIFE_MAX_SECONDS',
  'HOLDS_PER_USER_MAX',
  'PAYMENT_ANSWER_MS',
  'PAYMENT_TIMEOUT_MS',
  'PIN_MAX_SECONDS',
  'CLOCK_SKEW_MAX_MS',
  'EXPIRY_EVERY_SECONDS',
  'RECOVERY_EVERY_SECONDS',
  'CANCEL_FLIGHTS_EVERY_SECONDS',
  'PAYMENTS_URL',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
] as const

export type BookingsSettings = Readonly<Pick<Settings, (typeof BOOKINGS_SETTINGS)[number]>>
export const bookingsSettings = (env?: Environment): BookingsSettings => loadSettings(BOOKINGS_SETTINGS, env)
