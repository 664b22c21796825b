import type { Role } from '@skyhold/contracts'
import { callerOf, type PageQuery } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { endSessionsOf, listUsers, setRoles } from '../services/administer-users.ts'
import type { IdentityDeps } from '../services/deps.ts'
import { userView } from '../views/user.ts'

export class UsersController {
  readonly #deps: IdentityDeps

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  async list(query: PageQuery & { q?: string }, request: FastifyRequest, reply: FastifyReply) {
    const { data, nextCursor } = await listUsers(callerOf(request), query, this.#deps)
    reply.header('cache-control', 'no-store')
    return { data: data.map(userView), nextCursor }
  }

  async setRoles({ userId, roles }: { userId: string; roles: Role[] }, request: FastifyRequest) {
    return userView(await setRoles({ actor: callerOf(request), userId, roles, requestId: request.id }, this.#deps))
  }

  async endSessions(userId: string, request: FastifyRequest, reply: FastifyReply) {
    await endSessionsOf({ actor: callerOf(request), userId, requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }
}
