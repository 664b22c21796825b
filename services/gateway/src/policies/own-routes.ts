import { IntegrityReport } from '@skyhold/contracts'
import type { RouteRule } from './route-table.ts'

/** A call that the gateway answers itself, from what several services say. Who may make it is said as in the route table. */
export interface OwnRoute extends Pick<RouteRule, 'method' | 'path' | 'access' | 'bookingToken' | 'rate'> {
  /** For the description of the API. */
  summary: string
  answer: object
}

const adminOnly = { access: ['admin'], bookingToken: false, rate: 'wide' } as const
// A plain copy: TypeBox marks its schemas in ways that are no JSON.
const report = JSON.parse(JSON.stringify(IntegrityReport)) as object

export const READ_INTEGRITY: OwnRoute = {
  ...adminOnly,
  method: 'GET',
  path: '/api/v1/integrity',
  summary: 'What each service found when it last checked what must be true of its data. A service that is away is unknown.',
  answer: report,
}
export const RUN_INTEGRITY: OwnRoute = {
  ...adminOnly,
  method: 'POST',
  path: '/api/v1/integrity/runs',
  summary: 'Lets every service check now, and answers what they found. It may take half a minute.',
  answer: report,
}
export const OWN_ROUTES: readonly OwnRoute[] = [READ_INTEGRITY, RUN_INTEGRITY]
