import { IntegrityReport, type ProblemCode } from '@skyhold/contracts'
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

const adminOnly = { access: ['admin'], bookingToken: false, rate: 'wide' } as const
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

export const OWN_ROUTES: readonly OwnRoute[] = [READ_INTEGRITY, RUN_INTEGRITY]
