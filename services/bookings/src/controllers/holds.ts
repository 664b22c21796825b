import type { CreateHold } from '@skyhold/contracts'
import { callerOf } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { extendHold, getHold, releaseHold } from '../services/manage-holds.ts'
import type { Parts } from '../services/parts.ts'
import type { TakeSeats } from '../services/take-seats.ts'
import { actorOf, keyOf, sendAnswer, sendTagged } from './request.ts'

type WithHoldId = { params: unknown }
const holdIdOf = (request: FastifyRequest): string => (request.params as { id: string }).id

export function holdControllers(parts: Parts, takeSeats: TakeSeats) {
  return {
    async create(request: FastifyRequest & { body: CreateHold }, reply: FastifyReply) {
      const caller = callerOf(request)
      const { key, requestId } = keyOf(request, { kind: 'user', caller })
      const answer = await takeSeats.take({
        userId: caller.userId,
        operatorId: caller.operatorId,
        key,
        requestId,
        flights: request.body.flights,
      })
      const location = answer.status === 201 ? { location: `/api/v1/holds/${String(answer.body.id)}` } : {}
      return sendAnswer(reply, { ...answer, headers: location })
    },
    async read(request: FastifyRequest & WithHoldId, reply: FastifyReply) {
      const hold = await getHold({ holdId: holdIdOf(request), actor: await actorOf(request, parts), requestId: request.id }, parts)
      return sendTagged(reply, hold)
    },
    extend: async (request: FastifyRequest & WithHoldId) =>
      extendHold({ holdId: holdIdOf(request), actor: await actorOf(request, parts), requestId: request.id }, parts),
    async release(request: FastifyRequest & WithHoldId, reply: FastifyReply) {
      await releaseHold({ holdId: holdIdOf(request), actor: await actorOf(request, parts), requestId: request.id }, parts)
      return reply.code(204).send()
    },
  }
}
