import { AuditItem, Id, ListOf, Notification, PageQuery, rolesWith } from '@skyhold/contracts'
import { type App, refusals } from '@skyhold/platform'
import { Type } from 'typebox'
import type { NotificationsController } from '../controllers/notifications.ts'

const NotificationQuery = Type.Object({ ...PageQuery, bookingId: Type.Optional(Id('booking')) }, { additionalProperties: false })
const AuditQuery = Type.Object(PageQuery, { additionalProperties: false })
const NotificationPath = Type.Object({ id: Id('notification') }, { additionalProperties: false })

export function notificationsRoutes(http: App, notifications: NotificationsController): void {
  http.get(
    '/api/v1/notifications',
    {
      config: { access: rolesWith('notifications.own') },
      schema: {
        tags: ['notifications'],
        operationId: 'listNotifications',
        summary: 'E-mails, newest first: your own; for staff everybody’s',
        querystring: NotificationQuery,
        response: { 200: ListOf(Notification), ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden') },
      },
    },
    (request) => notifications.list(request.query, request),
  )
  http.get(
    '/api/v1/notifications/:id',
    {
      config: { access: rolesWith('notifications.own') },
      schema: {
        tags: ['notifications'],
        operationId: 'readNotification',
        summary: 'One e-mail',
        params: NotificationPath,
        response: { 200: Notification, ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden', 'not_found') },
      },
    },
    (request) => notifications.get(request.params.id, request),
  )
  http.post(
    '/api/v1/notifications/:id/resend',
    {
      config: { access: rolesWith('notifications.resend') },
      schema: {
        tags: ['notifications'],
        operationId: 'resendNotification',
        summary: 'Send an e-mail again; answers the notification that is now queued',
        params: NotificationPath,
        response: {
          202: Notification,
          ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden', 'not_found', 'invalid_transition'),
        },
      },
    },
    async (request, reply) => reply.code(202).send(await notifications.resend(request.params.id, request)),
  )
  http.get(
    '/api/v1/notifications/:id/audit',
    {
      config: { access: rolesWith('audit.read') },
      schema: {
        tags: ['notifications'],
        operationId: 'listNotificationAudit',
        summary: 'Who of the staff had an e-mail sent again, and when; newest first',
        params: NotificationPath,
        querystring: AuditQuery,
        response: { 200: ListOf(AuditItem), ...refusals('invalid_request', 'unauthenticated', 'invalid_token', 'forbidden', 'not_found') },
      },
    },
    (request) => notifications.listAudit(request.params.id, request.query, request),
  )
}
