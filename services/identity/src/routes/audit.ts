import { AuditItem, ListOf, rolesWith } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import type { AuditController } from '../controllers/audit.ts'
import { AuditQuery } from './schemas.ts'

export function auditRoutes(http: App, audit: AuditController): void {
  http.get(
    '/api/v1/audit',
    {
      config: { access: rolesWith('audit.read') },
      schema: {
        tags: ['users'],
        operationId: 'listAudit',
        summary: 'Who did what to which account, when, and how it was before and after; newest first',
        querystring: AuditQuery,
        response: { 200: ListOf(AuditItem), ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden') },
      },
    },
    (request, reply) => audit.list(request.query, request, reply),
  )
}
