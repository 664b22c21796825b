import type { Settings } from '@skyhold/contracts'
import { COMMON_SETTINGS, type Environment, loadSettings } from '@skyhold/platform/without-database'

export const GATEWAY_SETTINGS = [
  ...COMMON_SETTINGS.filter((name) => name !== 'DATABASE_URL' && name !== 'DATABASE_POOL_MAX' && name !== 'BROKER_URL'),
  'CORS_ORIGINS',
  'RATE_LIMIT_PER_MINUTE',
  'RATE_LIMIT_ADDRESS_PER_MINUTE',
  'RATE_LIMIT_LOGIN_PER_MINUTE',
  'RATE_LIMIT_LOOKUP_PER_MINUTE',
  'SOCKETS_PER_ADDRESS_MAX',
  'EVENT_STREAMS_PER_ADDRESS_MAX',
  'TRUSTED_PROXIES',
  'WAITING_ROOM_PER_MINUTE',
  'REDIS_URL',
  'PAYMENTS_URL',
] as const

export type GatewaySettings = Pick<Settings, (typeof GATEWAY_SETTINGS)[number]>

export const gatewaySettings = (env?: Environment): GatewaySettings => loadSettings(GATEWAY_SETTINGS, env)
