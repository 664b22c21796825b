import type { SettingName } from '@skyhold/contracts'
import { type PlaceName, portOf } from '@skyhold/platform/places'

export type MemberName = Exclude<PlaceName, 'smtp'>

export interface Member {
  name: MemberName
  folder: string
  hasDatabase: boolean
  usesBroker: boolean
  /** Shares counters with its replicas. */
  usesRedis: boolean
  /** One process keeps the ledger, the inbox or the port that people know. */
  canHaveReplicas: boolean
  /** Secrets that this process alone is given, beside those that all share. */
  secrets: readonly SettingName[]
}

const SHARED_SECRETS = ['SERVICE_TOKEN_SECRET', 'COOKIE_SECRET'] as const satisfies readonly SettingName[]

const service = (name: MemberName, secrets: readonly SettingName[] = []): Member => ({
  name,
  folder: `services/${name}`,
  hasDatabase: true,
  usesBroker: true,
  usesRedis: false,
  canHaveReplicas: true,
  secrets: [...SHARED_SECRETS, ...secrets],
})

const tool = (name: MemberName, secrets: readonly SettingName[] = []): Member => ({
  name,
  folder: `tools/${name}`,
  hasDatabase: false,
  usesBroker: false,
  usesRedis: false,
  canHaveReplicas: false,
  secrets,
})

const STRIPE_SECRETS = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const satisfies readonly SettingName[]

/** The processes in the order of their start; they end in reverse, so that nobody loses what it stands on. */
export const MEMBERS: readonly Member[] = [
  tool('simulator', STRIPE_SECRETS),
  tool('mailbox'),
  service('identity', ['KEY_ENCRYPTION_SECRET', 'ADMIN_PASSWORD']),
  service('flights'),
  service('bookings', STRIPE_SECRETS),
  service('notifications'),
  { ...service('gateway'), hasDatabase: false, usesBroker: false, usesRedis: true },
]

export const memberOf = (name: string): Member => {
  const member = MEMBERS.find((each) => each.name === name)
  if (!member) throw new Error(`There is no service ${name}. The services are ${MEMBERS.map((each) => each.name).join(', ')}.`)
  return member
}

export const ALL_SECRETS: ReadonlySet<string> = new Set(MEMBERS.flatMap((member) => member.secrets))

export type Replicas = Partial<Record<MemberName, number>>

/** `bookings=2,flights=3` → { bookings: 2, flights: 3 }. */
export function parseReplicas(texts: readonly string[]): Replicas {
  const replicas: Replicas = {}
  for (const part of texts.flatMap((text) => text.split(','))) {
    const [name = '', count = ''] = part.split('=')
    const member = memberOf(name)
    // Nine hundred ports above PORT is where the blocks of other stacks begin.
    if (!/^[1-9]$/.test(count)) throw new Error(`--replicas ${part}: the number of replicas is 1 to 9, as in bookings=2.`)
    if (!member.canHaveReplicas) throw new Error(`--replicas ${part}: the ${name} runs once, because it holds its state alone.`)
    replicas[member.name] = Number(count)
  }
  return replicas
}

export interface Slot {
  member: Member
  /** From 1. */
  replica: number
  port: number
}

/** Every process of a stack with its port. */
export const slotsOf = (port: number, replicas: Replicas, members: readonly Member[] = MEMBERS): Slot[] =>
  members.flatMap((member) =>
    Array.from({ length: replicas[member.name] ?? 1 }, (_, index) => ({
      member,
      replica: index + 1,
      port: portOf(member.name, { PORT: port, LISTEN_PORT: 0, REPLICA: index + 1 }),
    })),
  )

/** What a free block of ports must have room for, counted from PORT. */
export const portOffsets = (replicas: Replicas): number[] => [
  ...slotsOf(0, replicas).map((slot) => slot.port),
  portOf('smtp', { PORT: 0, LISTEN_PORT: 0, REPLICA: 1 }),
]
