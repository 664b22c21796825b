import type { ChangeEmail, ChangePassword, RequestPasswordReset, ResetPassword, VerifyEmail } from '@skyhold/contracts'
import { callerOf } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { IdentityDeps } from '../services/deps.ts'
import { revealLink } from '../services/mail-links.ts'
import { changePassword } from '../services/own-password.ts'
import { requestPasswordReset, resetPassword } from '../services/reset-password.ts'
import { requestEmailChange, requestVerification, verifyEmail } from '../services/verify-email.ts'

/** Address and password of an account: how they are proved and changed. */
export class CredentialsController {
  readonly #deps: IdentityDeps

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  async requestVerification(request: FastifyRequest, reply: FastifyReply) {
    await requestVerification(callerOf(request), { requestId: request.id }, this.#deps)
    return reply.code(202).send()
  }

  async verifyEmail({ token }: Static<typeof VerifyEmail>, request: FastifyRequest, reply: FastifyReply) {
    await verifyEmail({ token, requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }

  async requestReset({ email }: Static<typeof RequestPasswordReset>, request: FastifyRequest, reply: FastifyReply) {
    requestPasswordReset({ email, requestId: request.id }, this.#deps)
    return reply.code(202).send()
  }

  async resetPassword(body: Static<typeof ResetPassword>, request: FastifyRequest, reply: FastifyReply) {
    await resetPassword({ ...body, requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }

  async changeEmail(body: Static<typeof ChangeEmail>, request: FastifyRequest, reply: FastifyReply) {
    await requestEmailChange(callerOf(request), { ...body, requestId: request.id }, this.#deps)
    return reply.code(202).send()
  }

  async changePassword(body: Static<typeof ChangePassword>, request: FastifyRequest, reply: FastifyReply) {
    await changePassword(callerOf(request), { ...body, requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }

  revealLink(handle: string, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    return revealLink(handle, this.#deps)
  }
}
