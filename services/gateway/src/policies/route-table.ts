import { ROLES, type Role } from '@skyhold/contracts'

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

const everyone: readonly Role[] = ROLES
const staff: readonly Role[] = ['agent', 'admin']
const admin: readonly Role[] = ['admin']

const rule =
  (service: ServiceName, access: RouteRule['access'], preset: Options = {}) =>
  (method: Method, path: string, options: Options = {}): RouteRule => ({
    method,
    path: path.startsWith('/.') ? path : `/api/v1${path}`,
    service,
    access,
    bookingToken: false,
    rate: 'wide',
    timeoutMs: ORDINARY_MS,
    isEventStream: false,
    ...preset,
    ...options,
  })

const identity = { open: rule('identity', 'public'), signedIn: rule('identity', everyone), admin: rule('identity', admin) }
const flights = { open: rule('flights', 'public', { rate: 'search' }), admin: rule('flights', admin) }
const bookings = {
  open: rule('bookings', 'public'),
  signedIn: rule('bookings', everyone),
  /** Also for who has looked the booking up by reference and name. */
  ofBooking: rule('bookings', everyone, { bookingToken: true }),
  staff: rule('bookings', staff),
  admin: rule('bookings', admin),
}
const notifications = {
  signedIn: rule('notifications', everyone),
  staff: rule('notifications', staff),
  admin: rule('notifications', admin),
}

/** Every call that people can make through the gateway. What is not here does not exist for them. */
export const ROUTE_TABLE: readonly RouteRule[] = [
  identity.open('GET', '/.well-known/jwks.json', { rate: 'none' }),
  identity.open('POST', '/auth/register', { rate: 'register' }),
  identity.open('POST', '/auth/login', { rate: 'login' }),
  identity.open('POST', '/auth/refresh'),
  identity.open('POST', '/auth/logout'),
  identity.signedIn('POST', '/auth/verification-requests', { rate: 'register' }),
  identity.open('POST', '/auth/verifications', { rate: 'login' }),
  identity.open('POST', '/auth/password-resets', { rate: 'register' }),
  identity.open('POST', '/auth/password-resets/confirmation', { rate: 'login' }),
  identity.signedIn('GET', '/me'),
  identity.signedIn('PATCH', '/me'),
  identity.signedIn('PUT', '/me/email', { rate: 'login' }),
  identity.signedIn('PUT', '/me/password', { rate: 'login' }),
  identity.signedIn('GET', '/me/sessions'),
  identity.signedIn('DELETE', '/me/sessions/:id'),
  identity.admin('GET', '/users'),
  identity.admin('PUT', '/users/:id/roles'),

  flights.open('GET', '/airports'),
  flights.open('GET', '/aircraft'),
  flights.admin('GET', '/schedules'),
  flights.open('GET', '/flights'),
  flights.open('GET', '/flights/:id'),
  flights.admin('POST', '/flights'),
  flights.admin('PATCH', '/flights/:id'),
  flights.admin('POST', '/flights/:id/cancellation'),

  bookings.open('GET', '/flights/:id/seat-map', { rate: 'search' }),
  bookings.open('GET', '/flights/:id/seat-map/events', { rate: 'search', isEventStream: true }),
  bookings.signedIn('POST', '/holds'),
  bookings.signedIn('GET', '/holds/:id'),
  bookings.signedIn('POST', '/holds/:id/extension'),
  bookings.signedIn('DELETE', '/holds/:id'),
  bookings.signedIn('POST', '/bookings'),
  bookings.signedIn('GET', '/bookings'),
  bookings.open('POST', '/bookings/lookup', { rate: 'lookup' }),
  bookings.ofBooking('GET', '/bookings/:id'),
  bookings.signedIn('PATCH', '/bookings/:id'),
  bookings.staff('POST', '/bookings/:id/resolution', { timeoutMs: PAYMENT_MS }),
  bookings.ofBooking('POST', '/bookings/:id/payments', { timeoutMs: PAYMENT_MS }),
  bookings.ofBooking('GET', '/bookings/:id/payments'),
  bookings.ofBooking('GET', '/payments/:id'),
  bookings.ofBooking('POST', '/payments/:id/confirmation', { timeoutMs: PAYMENT_MS }),
  bookings.ofBooking('POST', '/bookings/:id/cancellations'),
  bookings.ofBooking('GET', '/cancellations/:id'),
  bookings.ofBooking('POST', '/cancellations/:id/confirmation'),
  // Sent to the provider at once, so it may take as long as a payment.
  bookings.admin('POST', '/payments/:id/refunds', { timeoutMs: PAYMENT_MS }),
  bookings.ofBooking('GET', '/payments/:id/refunds'),
  bookings.ofBooking('GET', '/refunds/:id'),
  bookings.admin('POST', '/refunds/:id/retry', { timeoutMs: PAYMENT_MS }),
  bookings.staff('GET', '/disputes'),
  // The provider signs what it sends and repeats what is refused: bookings checks the signature, and no limit may turn a payment's news away.
  bookings.open('POST', '/webhooks/payments', { rate: 'none' }),

  notifications.signedIn('GET', '/notifications'),
  notifications.signedIn('GET', '/notifications/:id'),
  notifications.staff('POST', '/notifications/:id/resend'),
  notifications.admin('GET', '/dead-letters'),
  notifications.admin('POST', '/dead-letters/:id/replay'),
]

/** The table by path, each with the methods that it has: what `Allow` names. */
export function methodsByPath(table: readonly RouteRule[] = ROUTE_TABLE): Map<string, Method[]> {
  const paths = new Map<string, Method[]>()
  for (const { method, path } of table) paths.set(path, [...(paths.get(path) ?? []), method])
  return paths
}
