import type { Login, RefreshRequest, Register } from '@skyhold/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { REFRESH_GRACE_MS, SITE_GRACE_MS } from '../domain/refresh-tokens.ts'
import type { IdentityDeps } from '../services/deps.ts'
import { refreshSession } from '../services/refresh-session.ts'
import { registerUser } from '../services/register-user.ts'
import { signOut } from '../services/revoke-session.ts'
import { signIn } from '../services/sign-in.ts'
import { userView } from '../views/user.ts'
import { clientOf } from './client-info.ts'

/** Tokens and personal data stay out of every cache (RFC 6749, section 5.1). */
export class AuthController {
  readonly #deps: IdentityDeps

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  async register(body: Static<typeof Register>, request: FastifyRequest, reply: FastifyReply) {
    const user = await registerUser({ ...body, requestId: request.id }, this.#deps)
    return reply.code(201).header('cache-control', 'no-store').send(userView(user))
  }

  async login(body: Static<typeof Login>, request: FastifyRequest, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    return signIn({ ...body, client: clientOf(request), requestId: request.id }, this.#deps)
  }

  async refresh(body: Static<typeof RefreshRequest>, request: FastifyRequest, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    return refreshSession({ ...body, requestId: request.id, graceMs: REFRESH_GRACE_MS }, this.#deps)
  }

  async refreshForSite(body: Static<typeof RefreshRequest>, request: FastifyRequest, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    return refreshSession({ ...body, requestId: request.id, graceMs: SITE_GRACE_MS }, this.#deps)
  }

  async logout(body: Static<typeof RefreshRequest>, request: FastifyRequest, reply: FastifyReply) {
    await signOut({ ...body, requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }
}
