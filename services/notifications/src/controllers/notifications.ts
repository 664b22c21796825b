import { callerOf, type Cursors, type PageQuery } from '@skyhold/platform'
import type { FastifyRequest } from 'fastify'
import { getNotification, listNotifications, type ListNotifications } from '../services/list-notifications.ts'
import { listAudit, type ReadAuditDeps } from '../services/read-audit.ts'
import { resendNotification, type ResendDeps } from '../services/resend-notification.ts'
import { auditView } from '../views/audit.ts'
import { notificationView } from '../views/notification.ts'
import { actorOf } from './actor-of.ts'

export type NotificationsDeps = ResendDeps & ReadAuditDeps & { cursors: Cursors }

export class NotificationsController {
  readonly #deps: NotificationsDeps

  constructor(deps: NotificationsDeps) {
    this.#deps = deps
  }

  async list(query: ListNotifications, request: FastifyRequest) {
    const { data, nextCursor } = await listNotifications(query, callerOf(request), this.#deps)
    return { data: data.map(notificationView), nextCursor }
  }

  async get(id: string, request: FastifyRequest) {
    return notificationView(await getNotification(id, callerOf(request), this.#deps))
  }

  async resend(id: string, request: FastifyRequest) {
    return notificationView(await resendNotification(id, actorOf(request), this.#deps))
  }

  async listAudit(id: string, query: PageQuery, request: FastifyRequest) {
    const { id: subjectId } = await getNotification(id, callerOf(request), this.#deps)
    const { data, nextCursor } = await listAudit(subjectId, query, this.#deps)
    return { data: data.map(auditView), nextCursor }
  }
}
