import { callerOf, type Cursors } from '@skyhold/platform'
import type { FastifyRequest } from 'fastify'
import { getNotification, listNotifications, type ListNotifications } from '../services/list-notifications.ts'
import { resendNotification, type ResendDeps } from '../services/resend-notification.ts'
import { notificationView } from '../views/notification.view.ts'
import { actorOf } from './actor-of.ts'

export type NotificationsDeps = ResendDeps & { cursors: Cursors }

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
}
