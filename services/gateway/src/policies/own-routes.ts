import {
  CookieSession,
  CsrfToken,
  IntegrityReport,
  Login,
  PlaceInLine,
  type ProblemCode,
  rolesWith,
  ROLES,
  TakePlace,
} from '@skyhold/contracts'
import type { RouteRule } from './route-table.ts'

/** A call that the gateway answers itself, from what several services say. Who may make it is said as in the route table. */
export interface OwnRoute extends Pick<RouteRule, 'method' | 'path' | 'access' | 'bookingToken' | 'rate'> {
  /** For the description of the API, from here on. */
  operationId: string
  tag: string
  summary: string
  description?: string
  /** As OpenAPI writes them. */
  parameters?: readonly object[]
  /** Without one: a JSON body is not taken. */
  body?: object
  /** Left out: 200. */
  status?: 200 | 201 | 204
  /** null where the answer has no body. */
  answer: object | null
  /** Refusals beside those that every call through the door may have. */
  codes?: readonly ProblemCode[]
}

const adminOnly = { access: rolesWith('integrity.check'), bookingToken: false, rate: 'wide' } as const
const open = { access: 'public', bookingToken: false } as const
/** A plain copy: TypeBox marks its schemas in ways that are no JSON. */
const plain = (schema: object) => JSON.parse(JSON.stringify(schema)) as object
const report = plain(IntegrityReport)

export const READ_INTEGRITY: OwnRoute = {
  ...adminOnly,
  method: 'GET',
  path: '/api/v1/integrity',
  operationId: 'readIntegrity',
  tag: 'operations',
  summary: 'What each service found when it last checked what must be true of its data. A service that is away is unknown.',
  answer: report,
}
export const RUN_INTEGRITY: OwnRoute = {
  ...adminOnly,
  method: 'POST',
  path: '/api/v1/integrity/runs',
  operationId: 'runIntegrity',
  tag: 'operations',
  summary: 'Lets every service check now, and answers what they found. It may take half a minute.',
  answer: report,
}

export const OPEN_COOKIE_SESSION: OwnRoute = {
  ...open,
  rate: 'login',
  method: 'POST',
  path: '/api/v1/auth/cookie-session',
  operationId: 'openCookieSession',
  tag: 'auth',
  summary: 'Sign in on a page: as POST /auth/login, but the tokens go into a cookie that no script can read',
  body: plain(Login),
  answer: plain(CookieSession),
  codes: ['invalid_request', 'invalid_credentials', 'second_factor_required', 'invalid_second_factor', 'csrf_failed'],
}
export const END_COOKIE_SESSION: OwnRoute = {
  ...open,
  rate: 'wide',
  method: 'DELETE',
  path: '/api/v1/auth/cookie-session',
  operationId: 'endCookieSession',
  tag: 'auth',
  summary: 'Sign out on a page: ends the session and takes the cookie back. Needs X-CSRF-Token while there is a session',
  status: 204,
  answer: null,
  codes: ['csrf_failed'],
}
export const READ_CSRF_TOKEN: OwnRoute = {
  ...open,
  rate: 'wide',
  method: 'GET',
  path: '/api/v1/auth/csrf',
  operationId: 'readCsrfToken',
  tag: 'auth',
  summary: 'The CSRF token of the session in the cookie; null when there is none',
  answer: plain(CsrfToken),
}

export const TAKE_PLACE: OwnRoute = {
  access: ROLES,
  bookingToken: false,
  rate: 'wide',
  method: 'POST',
  path: '/api/v1/waiting-room/places',
  operationId: 'takePlaceInLine',
  tag: 'waiting-room',
  summary: 'Take a place in the line for a flight; who has one is told the same again',
  description:
    'There is a line only where the installation has set a rate (WAITING_ROOM_PER_MINUTE); elsewhere this is 404 and nobody needs a place.',
  body: plain(TakePlace),
  status: 201,
  answer: plain(PlaceInLine),
  codes: ['not_found'],
}
export const READ_PLACE: OwnRoute = {
  ...open,
  rate: 'wide',
  method: 'GET',
  path: '/api/v1/waiting-room/places/:place',
  operationId: 'readPlaceInLine',
  tag: 'waiting-room',
  summary: 'A place in line as it stands now',
  parameters: [
    { name: 'place', in: 'path', required: true, description: 'The place as it was given', schema: { type: 'string', maxLength: 200 } },
  ],
  answer: plain(PlaceInLine),
  codes: ['not_found'],
}

export const OWN_ROUTES: readonly OwnRoute[] = [
  READ_INTEGRITY,
  RUN_INTEGRITY,
  OPEN_COOKIE_SESSION,
  END_COOKIE_SESSION,
  READ_CSRF_TOKEN,
  TAKE_PLACE,
  READ_PLACE,
]
