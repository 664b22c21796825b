import type { UpdateMe } from '@skyhold/contracts'
import { callerOf, type PageQuery } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { IdentityDeps } from '../services/deps.ts'
import { changeOwnNames, endOtherSessions, getOwnAccount, listOwnSessions, revokeOwnSession } from '../services/own-account.ts'
import { sessionView } from '../views/session.ts'
import { accountView } from '../views/user.ts'

export class MeController {
  readonly #deps: IdentityDeps

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  async show(request: FastifyRequest, reply: FastifyReply) {
    const user = await getOwnAccount(callerOf(request), this.#deps)
    reply.headers({ 'cache-control': 'no-store', etag: `"${user.version}"` })
    return accountView(user)
  }

  async update(body: Static<typeof UpdateMe>, request: FastifyRequest, reply: FastifyReply) {
    const user = await changeOwnNames(callerOf(request), body, this.#deps)
    reply.headers({ 'cache-control': 'no-store', etag: `"${user.version}"` })
    return accountView(user)
  }

  async listSessions(query: PageQuery, request: FastifyRequest, reply: FastifyReply) {
    const caller = callerOf(request)
    const { data, nextCursor } = await listOwnSessions(caller, query, this.#deps)
    reply.header('cache-control', 'no-store')
    return { data: data.map((session) => sessionView(session, { currentId: caller.sessionId })), nextCursor }
  }

  async endOtherSessions(request: FastifyRequest, reply: FastifyReply) {
    await endOtherSessions(callerOf(request), { requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }

  async revokeSession(sessionId: string, request: FastifyRequest, reply: FastifyReply) {
    await revokeOwnSession(callerOf(request), { sessionId, requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }
}
