import type { ProviderEventStatus } from '@skyhold/contracts'
import { callerOf, type Cursors, type PageQuery } from '@skyhold/platform'
import type { FastifyRequest } from 'fastify'
import {
  dismissProviderEvent,
  listProviderEventAudit,
  listProviderEvents,
  type ProviderEventAct,
  replayProviderEvent,
} from '../services/parked-events.ts'
import type { Parts } from '../services/parts.ts'

type OfEvent = FastifyRequest & { params: { id: string } }

const actOf = (request: OfEvent): ProviderEventAct => ({
  id: request.params.id,
  actor: callerOf(request).userId,
  requestId: request.id,
})

/** What an administrator does about events of the provider that make no sense. */
export function providerEventControllers(parts: Parts, cursors: Cursors, secret: string) {
  return {
    list: (request: FastifyRequest & { query: PageQuery & { status?: ProviderEventStatus } }) =>
      listProviderEvents(request.query, parts, cursors),
    replay: (request: OfEvent) => replayProviderEvent(actOf(request), parts),
    dismiss: (request: OfEvent & { body: { reason: string } }) =>
      dismissProviderEvent({ ...actOf(request), reason: request.body.reason }, parts),
    listAudit: (request: OfEvent & { query: PageQuery }) =>
      listProviderEventAudit({ ...request.query, id: request.params.id }, parts, secret),
  }
}
