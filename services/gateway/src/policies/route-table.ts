import { type Permission, type Role, rolesWith } from '@skyhold/contracts'

export type ServiceName = 'identity' | 'flights' | 'bookings' | 'notifications'
export const SERVICE_NAMES: readonly ServiceName[] = ['identity', 'flights', 'bookings', 'notifications']
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Which limits a call counts against; `none` counts against nothing. */
export type RateClass = 'wide' | 'search' | 'login' | 'register' | 'lookup' | 'none'

/** One public call: where it goes and who may make it. */
export interface RouteRule {
  method: Method
  /** With Fastify's `:name` parameters. */
  path: string
  service: ServiceName
  access: 'public' | readonly Role[]
  /** A look-up's `bkt_` token passes too; the service decides what it opens. */
  bookingToken: boolean
  rate: RateClass
  /** How long the service has until its answer begins; for an ordinary answer also between two pieces of it. */
  timeoutMs: number
  /** An answer without an end, such as Server-Sent Events: it has a connection of its own and may be silent. */
  isEventStream: boolean
}

type Options = Partial<Pick<RouteRule, 'bookingToken' | 'rate' | 'timeoutMs' | 'isEventStream'>>

const ORDINARY_MS = 10_000
/**
 * A payment may wait five seconds for an earlier one of the same booking and five for an equal key, and is then answered within PAYMENT_ANSWER_MS.
 * Twice that sum: giving up early on a payment only makes people press the button again.
 */
const PAYMENT_MS = 30_000

const rule = (service: ServiceName, access: RouteRule['access'], method: Method, path: string, options: Options): RouteRule => ({
  method,
  path: path.startsWith('/.') ? path : `/api/v1${path}`,
  service,
  access,
  bookingToken: false,
  rate: 'wide',
  timeoutMs: ORDINARY_MS,
  isEventStream: false,
  ...options,
})

/** The rows of one service: open to all, or for the roles that have a permission. */
const rowsOf = (service: ServiceName, preset: Options = {}) => ({
  open: (method: Method, path: string, options: Options = {}) => rule(service, 'public', method, path, { ...preset, ...options }),
  with:
    (permission: Permission) =>
    (method: Method, path: string, options: Options = {}) =>
      rule(service, rolesWith(permission), method, path, options),
})

const identity = rowsOf('identity')
const ownAccount = identity.with('account.own')
const flights = rowsOf('flights', { rate: 'search' })
const bookings = rowsOf('bookings')
const signedIn = bookings.with('bookings.own')
/** Also for who has looked the booking up by reference and name. */
const ofBooking = (method: Method, path: string, options: Options = {}) => signedIn(method, path, { bookingToken: true, ...options })
const notifications = rowsOf('notifications')

/** Every call that people can make through the gateway. What is not here does not exist for them. */
export const ROUTE_TABLE: readonly RouteRule[] = [
  identity.open('GET', '/.well-known/jwks.json', { rate: 'none' }),
  identity.open('POST', '/auth/register', { rate: 'register' }),
  identity.open('POST', '/auth/login', { rate: 'login' }),
  identity.open('POST', '/auth/refresh'),
  identity.open('POST', '/auth/logout'),
  ownAccount('POST', '/auth/verification-requests', { rate: 'register' }),
  identity.open('POST', '/auth/verifications', { rate: 'login' }),
  identity.open('POST', '/auth/password-resets', { rate: 'register' }),
  identity.open('POST', '/auth/password-resets/confirmation', { rate: 'login' }),
  ownAccount('GET', '/me'),
  ownAccount('PATCH', '/me'),
  ownAccount('PUT', '/me/email', { rate: 'login' }),
  ownAccount('PUT', '/me/password', { rate: 'login' }),
  ownAccount('GET', '/me/sessions'),
  ownAccount('DELETE', '/me/sessions'),
  ownAccount('DELETE', '/me/sessions/:id'),
  ownAccount('GET', '/me/second-factor'),
  ownAccount('POST', '/me/second-factor', { rate: 'login' }),
  ownAccount('POST', '/me/second-factor/confirmation', { rate: 'login' }),
  ownAccount('DELETE', '/me/second-factor', { rate: 'login' }),
  identity.with('users.read')('GET', '/users'),
  identity.with('users.set-roles')('PUT', '/users/:id/roles'),
  identity.with('users.end-sessions')('DELETE', '/users/:id/sessions'),
  identity.with('users.reset-second-factor')('DELETE', '/users/:id/second-factor'),
  identity.with('audit.read')('GET', '/audit'),

  flights.open('GET', '/airports'),
  flights.open('GET', '/aircraft'),
  flights.with('schedules.read')('GET', '/schedules'),
  flights.open('GET', '/flights'),
  flights.open('GET', '/flights/:id'),
  flights.with('flights.schedule')('POST', '/flights'),
  flights.with('flights.change')('PATCH', '/flights/:id'),
  flights.with('flights.cancel')('POST', '/flights/:id/cancellation'),
  flights.with('audit.read')('GET', '/flights/:id/audit'),

  bookings.open('GET', '/flights/:id/seat-map', { rate: 'search' }),
  bookings.open('GET', '/flights/:id/seat-map/events', { rate: 'search', isEventStream: true }),
  signedIn('POST', '/holds'),
  signedIn('GET', '/holds/:id'),
  signedIn('POST', '/holds/:id/extension'),
  signedIn('DELETE', '/holds/:id'),
  signedIn('POST', '/bookings'),
  signedIn('GET', '/bookings'),
  bookings.open('POST', '/bookings/lookup', { rate: 'lookup' }),
  ofBooking('GET', '/bookings/:id'),
  signedIn('PATCH', '/bookings/:id'),
  bookings.with('bookings.resolve')('POST', '/bookings/:id/resolution', { timeoutMs: PAYMENT_MS }),
  ofBooking('POST', '/bookings/:id/payments', { timeoutMs: PAYMENT_MS }),
  ofBooking('GET', '/bookings/:id/payments'),
  ofBooking('GET', '/payments/:id'),
  ofBooking('POST', '/payments/:id/confirmation', { timeoutMs: PAYMENT_MS }),
  ofBooking('POST', '/bookings/:id/cancellations'),
  ofBooking('GET', '/cancellations/:id'),
  ofBooking('POST', '/cancellations/:id/confirmation'),
  // Sent to the provider at once, so it may take as long as a payment.
  bookings.with('refunds.make')('POST', '/payments/:id/refunds', { timeoutMs: PAYMENT_MS }),
  ofBooking('GET', '/payments/:id/refunds'),
  ofBooking('GET', '/refunds/:id'),
  bookings.with('refunds.make')('POST', '/refunds/:id/retry', { timeoutMs: PAYMENT_MS }),
  bookings.with('refunds.make')('POST', '/refunds/:id/settlement'),
  bookings.with('disputes.read')('GET', '/disputes'),
  bookings.with('audit.read')('GET', '/bookings/:id/audit'),
  bookings.with('provider-events.manage')('GET', '/provider-events'),
  bookings.with('provider-events.manage')('POST', '/provider-events/:id/replay'),
  bookings.with('provider-events.manage')('POST', '/provider-events/:id/dismissal'),
  bookings.with('audit.read')('GET', '/provider-events/:id/audit'),
  // The provider signs what it sends and repeats what is refused: bookings checks the signature, and no limit may turn a payment's news away.
  bookings.open('POST', '/webhooks/payments', { rate: 'none' }),

  notifications.with('notifications.own')('GET', '/notifications'),
  notifications.with('notifications.own')('GET', '/notifications/:id'),
  notifications.with('notifications.resend')('POST', '/notifications/:id/resend'),
  notifications.with('audit.read')('GET', '/notifications/:id/audit'),
  notifications.with('dead-letters.manage')('GET', '/dead-letters'),
  notifications.with('dead-letters.manage')('POST', '/dead-letters/:id/replay'),
  notifications.with('dead-letters.manage')('POST', '/dead-letters/:id/dismissal'),
  notifications.with('audit.read')('GET', '/dead-letters/:id/audit'),
]

/** The call with which a purchase begins: what the waiting room lets in. */
export const beginsPurchase = ({ method, path }: Pick<RouteRule, 'method' | 'path'>): boolean =>
  method === 'POST' && path === '/api/v1/holds'

/** The table by path, each with the methods that it has: what `Allow` names. */
export function methodsByPath(table: readonly RouteRule[] = ROUTE_TABLE): Map<string, Method[]> {
  const paths = new Map<string, Method[]>()
  for (const { method, path } of table) paths.set(path, [...(paths.get(path) ?? []), method])
  return paths
}
