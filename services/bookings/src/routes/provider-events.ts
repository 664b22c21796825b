import { AuditItem, ListOf, PageQuery, PROVIDER_EVENT_STATUSES, ProviderEvent, ProviderEventId, rolesWith } from '@skyhold/contracts'
import { type App, createCursors, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import { providerEventControllers } from '../controllers/provider-events.ts'
import type { Parts } from '../services/parts.ts'

const closed = { additionalProperties: false } as const
const REASON_MAX = 200
const tags = ['payments']
const managed = { access: rolesWith('provider-events.manage') }
const params = Type.Object({ id: ProviderEventId })

const ProviderEventQuery = Type.Object(
  {
    ...PageQuery,
    status: Type.Optional(Type.Enum(PROVIDER_EVENT_STATUSES, { description: 'Without it those that wait for a person: `parked`' })),
  },
  closed,
)
const Dismissal = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: REASON_MAX, description: 'What was done about it; kept in the audit' }) },
  closed,
)

/** `secret` signs the cursors. */
export function providerEventRoutes(http: App, parts: Parts, secret: string): void {
  const events = providerEventControllers(parts, createCursors(secret, 'provider-events'), secret)
  const onAct = refusals('invalid_request', 'unauthenticated', 'forbidden', 'not_found', 'invalid_transition')
  http.get(
    '/api/v1/provider-events',
    {
      config: managed,
      schema: {
        tags,
        operationId: 'listProviderEvents',
        summary: 'Events of the payment provider that wait for a person, or those of another status, newest first',
        description: 'What they name and why they make no sense; the rest of an event is not shown.',
        querystring: ProviderEventQuery,
        response: { 200: ListOf(ProviderEvent), ...refusals('invalid_request', 'unauthenticated', 'forbidden') },
      },
    },
    events.list,
  )
  http.post(
    '/api/v1/provider-events/:id/replay',
    {
      config: managed,
      schema: {
        tags,
        operationId: 'replayProviderEvent',
        summary: 'Take a parked event of the payment provider in again',
        description: 'After what it is about has come to be there. It is `parked` again if it makes no sense still.',
        params,
        response: { 200: ProviderEvent, ...onAct },
      },
    },
    events.replay,
  )
  http.post(
    '/api/v1/provider-events/:id/dismissal',
    {
      config: managed,
      schema: {
        tags,
        operationId: 'dismissProviderEvent',
        summary: 'Say that a person has seen to a parked event of the payment provider',
        description: 'It changes nothing but that the event does not count as waiting any more.',
        params,
        body: Dismissal,
        response: { 200: ProviderEvent, ...onAct },
      },
    },
    events.dismiss,
  )
  http.get(
    '/api/v1/provider-events/:id/audit',
    {
      config: { access: rolesWith('audit.read') },
      schema: {
        tags,
        operationId: 'listProviderEventAudit',
        summary: 'Who of the staff took an event of the payment provider in again or dismissed it, and when; newest first',
        params,
        querystring: Type.Object(PageQuery, closed),
        response: { 200: ListOf(AuditItem), ...refusals('invalid_request', 'unauthenticated', 'forbidden', 'not_found') },
      },
    },
    events.listAudit,
  )
}
