import type { BeginSecondFactor, ConfirmSecondFactor, RemoveSecondFactor } from '@skyhold/contracts'
import { callerOf } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { IdentityDeps } from '../services/deps.ts'
import { beginSecondFactor, confirmSecondFactor, getOwnSecondFactor, removeOwnSecondFactor } from '../services/own-second-factor.ts'
import { resetSecondFactor } from '../services/reset-second-factor.ts'

/** Secrets and codes stay out of every cache. */
export class SecondFactorController {
  readonly #deps: IdentityDeps

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  async show(request: FastifyRequest, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    return getOwnSecondFactor(callerOf(request), this.#deps)
  }

  async begin(body: Static<typeof BeginSecondFactor>, request: FastifyRequest, reply: FastifyReply) {
    const secret = await beginSecondFactor(callerOf(request), body, this.#deps)
    return reply.code(201).header('cache-control', 'no-store').send(secret)
  }

  async confirm(body: Static<typeof ConfirmSecondFactor>, request: FastifyRequest, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    return confirmSecondFactor(callerOf(request), { ...body, requestId: request.id }, this.#deps)
  }

  async remove(body: Static<typeof RemoveSecondFactor>, request: FastifyRequest, reply: FastifyReply) {
    await removeOwnSecondFactor(callerOf(request), { ...body, requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }

  async reset(userId: string, request: FastifyRequest, reply: FastifyReply) {
    await resetSecondFactor({ actor: callerOf(request), userId, requestId: request.id }, this.#deps)
    return reply.code(204).send()
  }
}
