import { randomUUID } from 'node:crypto'
import type { Belongings } from './people.ts'

/** How a test knocks at one operation, and from whom what stands behind it is hidden. */
export interface Entrance {
  /** Whose id goes into the path; `absent` where no such thing can be made from outside. */
  of?: keyof Belongings | 'absent'
  /** `others`: from customers who do not own it, while staff see it. `all`: from everybody but its owner, staff included. */
  hiddenFrom?: 'others' | 'all'
  /** Valid, so that it is the access that refuses. */
  body?: (belongings: Belongings) => unknown
  headers?: Record<string, string>
}

const email = () => `${randomUUID().slice(0, 8)}@example.com`
const names = { givenNames: 'Ada', familyName: 'Lovelace' }
const open: Entrance = {}
const hidden = (of: keyof Belongings, more: Entrance = {}): Entrance => ({ of, hiddenFrom: 'others', ...more })

/**
 * Every operation of the API, by its address under /api/v1. One that is missing here fails the test of the roles:
 * whoever adds a route says here what belongs to whom.
 */
export const ENTRANCES: Readonly<Record<string, Entrance>> = {
  'GET /.well-known/jwks.json': open,
  'POST /auth/register': { body: () => ({ email: email(), password: randomUUID(), ...names }) },
  'POST /auth/login': { body: () => ({ email: email(), password: 'a guess' }) },
  'POST /auth/refresh': { body: () => ({ refreshToken: 'x'.repeat(43) }) },
  'POST /auth/logout': { body: () => ({ refreshToken: 'x'.repeat(43) }) },
  'POST /auth/verification-requests': open,
  'POST /auth/verifications': { body: () => ({ token: 'x'.repeat(43) }) },
  'POST /auth/password-resets': { body: () => ({ email: email() }) },
  'POST /auth/password-resets/confirmation': { body: () => ({ token: 'x'.repeat(43), password: randomUUID() }) },
  'GET /me': open,
  'PATCH /me': { body: () => ({ givenNames: 'Another' }) },
  'PUT /me/email': { body: () => ({ email: email(), password: 'a guess' }) },
  'PUT /me/password': { body: () => ({ currentPassword: 'a guess', newPassword: randomUUID() }) },
  'GET /me/sessions': open,
  'DELETE /me/sessions': open,
  'DELETE /me/sessions/{id}': { of: 'session', hiddenFrom: 'all' },
  'GET /me/second-factor': open,
  'POST /me/second-factor': { body: () => ({ password: 'a guess' }) },
  'DELETE /me/second-factor': { body: () => ({ password: 'a guess', code: '000000' }) },
  'POST /me/second-factor/confirmation': { body: () => ({ code: '000000' }) },
  'POST /auth/cookie-session': { body: () => ({ email: email(), password: 'a guess' }) },
  'DELETE /auth/cookie-session': open,
  'GET /auth/csrf': open,
  'POST /waiting-room/places': { body: ({ flight }) => ({ flightId: flight }) },
  'GET /waiting-room/places/{place}': { of: 'absent' },
  'GET /audit': open,
  'GET /users': open,
  // Its sessions end, so it is somebody's who is not needed any more.
  'DELETE /users/{id}/sessions': { of: 'stranger' },
  'DELETE /users/{id}/second-factor': { of: 'user' },
  'PUT /users/{id}/roles': { of: 'user', body: () => ({ roles: ['customer'] }) },

  'GET /airports': open,
  'GET /aircraft': open,
  'GET /schedules': open,
  'GET /flights': open,
  'POST /flights': { body: () => ({}) },
  'GET /flights/{id}': { of: 'flight' },
  'PATCH /flights/{id}': { of: 'flight', body: () => ({ gate: 'A1' }), headers: { 'if-match': '"1"' } },
  'POST /flights/{id}/cancellation': { of: 'flight', body: () => ({ reason: 'Fog over the runway.' }) },
  'GET /flights/{id}/audit': { of: 'flight' },
  'GET /flights/{id}/seat-map': { of: 'flight' },
  'GET /flights/{id}/seat-map/events': { of: 'flight' },

  'POST /holds': { body: ({ flight }) => ({ flights: [{ flightId: flight, fare: 'NONE', seats: [null] }] }) },
  'GET /holds/{id}': hidden('hold'),
  'DELETE /holds/{id}': hidden('hold'),
  'POST /holds/{id}/extension': hidden('hold'),
  'POST /bookings': {
    hiddenFrom: 'others',
    body: ({ hold }) => ({ holdId: hold, passengers: [{ ...names, type: 'adult', seats: ['1A'] }], contact: { email: email() } }),
  },
  'GET /bookings': open,
  'POST /bookings/lookup': { body: ({ reference }) => ({ reference, familyName: 'Somebody' }) },
  'GET /bookings/{id}': hidden('booking'),
  'PATCH /bookings/{id}': hidden('booking', { body: () => ({ contact: { email: email() } }), headers: { 'if-match': '"1"' } }),
  'POST /bookings/{id}/resolution': { of: 'booking', body: () => ({ action: 'recheck', note: 'It was asked for.' }) },
  'POST /bookings/{id}/payments': hidden('booking', { body: () => ({ paymentMethod: 'pm_card_visa' }) }),
  'GET /bookings/{id}/payments': hidden('paidBooking'),
  'GET /payments/{id}': hidden('payment'),
  'POST /payments/{id}/confirmation': hidden('payment'),
  'POST /bookings/{id}/cancellations': hidden('paidBooking'),
  'GET /cancellations/{id}': hidden('cancellation'),
  'POST /cancellations/{id}/confirmation': hidden('cancellation'),
  'POST /payments/{id}/refunds': { of: 'payment', body: () => ({ amountMinor: 1, reason: 'A gesture of goodwill.' }) },
  'GET /payments/{id}/refunds': hidden('payment'),
  'GET /refunds/{id}': hidden('refund'),
  'POST /refunds/{id}/retry': { of: 'refund' },
  'POST /refunds/{id}/settlement': { of: 'refund', body: () => ({ note: 'Paid by bank transfer.' }) },
  'GET /disputes': open,
  'GET /bookings/{id}/audit': { of: 'booking' },
  'GET /provider-events': open,
  'POST /provider-events/{id}/replay': { of: 'absent' },
  'POST /provider-events/{id}/dismissal': { of: 'absent', body: () => ({ reason: 'It is of another shop.' }) },
  'GET /provider-events/{id}/audit': { of: 'absent' },

  // The provider signs what it sends, and no token counts.
  'POST /webhooks/payments': { body: () => ({ id: 'evt_forged', type: 'payment_intent.succeeded' }) },

  'GET /notifications': open,
  'GET /notifications/{id}': hidden('notification'),
  'POST /notifications/{id}/resend': { of: 'notification' },
  'GET /notifications/{id}/audit': { of: 'notification' },
  'GET /dead-letters': open,
  'POST /dead-letters/{id}/replay': { of: 'absent' },
  'POST /dead-letters/{id}/dismissal': { of: 'absent', body: () => ({ reason: 'Nobody needs it.' }) },
  'GET /dead-letters/{id}/audit': { of: 'absent' },

  'GET /integrity': open,
  'POST /integrity/runs': open,
}

/** The address of an operation as the table has it. */
export const entranceKey = ({ method, path }: { method: string; path: string }): string => `${method} ${path.replace(/^\/api\/v1/, '')}`
