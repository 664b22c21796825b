import { AuditItem, DEAD_LETTER_STATUSES, DeadLetter, Id, ListOf, PageQuery, rolesWith } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { DeadLettersController } from '../controllers/dead-letters.ts'

const signedIn = ['unauthenticated', 'invalid_token', 'forbidden'] as const
const DeadLetterQuery = Type.Object(
  { ...PageQuery, status: Type.Optional(Type.Enum(DEAD_LETTER_STATUSES)) },
  { additionalProperties: false },
)
const AuditQuery = Type.Object(PageQuery, { additionalProperties: false })
const REASON_MAX = 200
const Dismissal = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: REASON_MAX, description: 'What was done about it; kept in the audit' }) },
  { additionalProperties: false },
)
const DeadLetterPath = Type.Object({ id: Id('deadLetter') }, { additionalProperties: false })

export function deadLettersRoutes(http: App, deadLetters: DeadLettersController): void {
  http.get(
    '/api/v1/dead-letters',
    {
      config: { access: rolesWith('dead-letters.manage') },
      schema: {
        tags: ['operations'],
        operationId: 'listDeadLetters',
        summary: 'Messages that no consumer could use, newest first',
        querystring: DeadLetterQuery,
        response: { 200: ListOf(DeadLetter), ...refusals('invalid_request', ...signedIn) },
      },
    },
    (request) => deadLetters.list(request.query),
  )
  http.post(
    '/api/v1/dead-letters/:id/replay',
    {
      config: { access: rolesWith('dead-letters.manage') },
      schema: {
        tags: ['operations'],
        operationId: 'replayDeadLetter',
        summary: 'Put a message back into its queue, once; if it dies again it is a new dead letter',
        params: DeadLetterPath,
        response: { 200: DeadLetter, ...refusals('invalid_request', ...signedIn, 'not_found', 'invalid_transition', 'unavailable') },
      },
    },
    (request) => deadLetters.replay(request.params.id, request),
  )
  http.post(
    '/api/v1/dead-letters/:id/dismissal',
    {
      config: { access: rolesWith('dead-letters.manage') },
      schema: {
        tags: ['operations'],
        operationId: 'dismissDeadLetter',
        summary: 'Put a message aside for good that no replay can help; it is kept and counts for no alarm any more',
        params: DeadLetterPath,
        body: Dismissal,
        response: { 200: DeadLetter, ...refusals('invalid_request', ...signedIn, 'not_found', 'invalid_transition') },
      },
    },
    (request) => deadLetters.dismiss(request.params.id, request.body.reason, request),
  )
  http.get(
    '/api/v1/dead-letters/:id/audit',
    {
      config: { access: rolesWith('audit.read') },
      schema: {
        tags: ['operations'],
        operationId: 'listDeadLetterAudit',
        summary: 'Who of the staff put a message back or dismissed it, and when; newest first',
        params: DeadLetterPath,
        querystring: AuditQuery,
        response: { 200: ListOf(AuditItem), ...refusals('invalid_request', ...signedIn, 'not_found') },
      },
    },
    (request) => deadLetters.listAudit(request.params.id, request.query),
  )
}
