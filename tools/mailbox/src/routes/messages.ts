import { type App, Refusal } from '@skyhold/platform/without-database'
import { Type } from 'typebox'
import type { Messages } from '../repositories/messages.ts'
import { readAttachments, readSelfContainedHtml } from '../services/parsing.ts'
import { MAIL_HEADERS } from '../views/page.ts'

const MessagePath = Type.Object({ id: Type.String({ maxLength: 64 }) })
const AttachmentPath = Type.Object({ id: Type.String({ maxLength: 64 }), n: Type.Integer({ minimum: 0, maximum: 1000 }) })
const MessagesQuery = Type.Object(
  {
    to: Type.Optional(Type.String({ maxLength: 320 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    before: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
)
const open = { config: { access: 'public' } } as const

/** The mail as data. */
export function messageRoutes(http: App, messages: Messages): void {
  http.get('/messages', { ...open, schema: { querystring: MessagesQuery } }, async (request) => {
    // Without a limit all of them: a check of the mail that saw the first page only would be wrong without saying so.
    const data = messages.list(request.query).map(({ message }) => message)
    return { data, duplicates: messages.countDuplicates(request.query.to) }
  })

  http.delete('/messages', open, async (_request, reply) => {
    messages.removeAll()
    return reply.code(204).send()
  })

  http.get('/messages/:id', { ...open, schema: { params: MessagePath } }, async (request) => found(messages.find(request.params.id)))

  http.get('/messages/:id/raw', { ...open, schema: { params: MessagePath } }, async (request, reply) => {
    const raw = found(messages.findRaw(request.params.id))
    return reply
      .headers(asDownload(`${request.params.id}.eml`))
      .type('message/rfc822')
      .send(raw)
  })

  http.get('/messages/:id/html', { ...open, schema: { params: MessagePath } }, async (request, reply) => {
    const html = found(await readSelfContainedHtml(found(messages.findRaw(request.params.id))))
    return reply.headers(MAIL_HEADERS).send(html)
  })

  http.get('/messages/:id/attachments/:n', { ...open, schema: { params: AttachmentPath } }, async (request, reply) => {
    const attachments = await readAttachments(found(messages.findRaw(request.params.id)))
    const attachment = found(attachments[request.params.n] ?? null)
    return reply
      .headers(asDownload(attachment.filename ?? `attachment-${request.params.n}`))
      .type(attachment.contentType)
      .send(attachment.content)
  })
}

function found<T>(value: T | null): T {
  if (value === null) throw new Refusal('not_found', { detail: 'There is no such message or part here.' })
  return value
}

/** Always saved, never shown: what a stranger sends must not run on this page's origin. RFC 6266 with the name in UTF-8. */
const asDownload = (filename: string): Record<string, string> => ({
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(filename.toWellFormed()).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)}`,
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
})
