import { type App, Refusal } from '@skyhold/platform/without-database'
import { Type } from 'typebox'
import type { Messages } from '../repositories/messages.ts'
import { listPage } from '../views/list.ts'
import { messagePage } from '../views/message.ts'
import { PAGE_HEADERS } from '../views/page.ts'

const PAGE_SIZE = 50
const ListQuery = Type.Object({ to: Type.Optional(Type.String({ maxLength: 320 })), before: Type.Optional(Type.String({ maxLength: 64 })) })
const MailPath = Type.Object({ id: Type.String({ maxLength: 64 }) })
const open = { config: { access: 'public' } } as const

/** The mail for people: plain pages that need no script. */
export function pageRoutes(http: App, messages: Messages): void {
  http.get('/', { ...open, schema: { querystring: ListQuery } }, async (request, reply) => {
    const to = request.query.to?.trim() || undefined
    // One more than is shown tells whether there are older ones.
    const found = messages.list({ to, before: request.query.before, limit: PAGE_SIZE + 1 })
    const shown = found.slice(0, PAGE_SIZE)
    const older = found.length > PAGE_SIZE ? (shown.at(-1)?.message.id ?? null) : null
    return reply.headers(PAGE_HEADERS).send(listPage({ shown, older, to: to ?? '', total: messages.count() }))
  })

  http.get('/mail/:id', { ...open, schema: { params: MailPath } }, async (request, reply) => {
    const message = messages.find(request.params.id)
    if (!message) throw new Refusal('not_found', { detail: 'There is no such message here.' })
    return reply.headers(PAGE_HEADERS).send(messagePage(message))
  })
}
