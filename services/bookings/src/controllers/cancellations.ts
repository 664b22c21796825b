import type { FastifyReply, FastifyRequest } from 'fastify'
import { confirmCancellation } from '../services/confirm-cancellation.ts'
import type { Parts } from '../services/parts.ts'
import { getCancellation, quoteCancellation } from '../services/quote-cancellation.ts'
import { actorOf, keyOf, sendAnswer } from './request.ts'

const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id

export function cancellationControllers(parts: Parts) {
  return {
    async quote(request: FastifyRequest, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      const answer = await quoteCancellation({ ...keyOf(request, actor), bookingId: idOf(request), actor }, parts)
      const headers: Record<string, string> = answer.status === 201 ? { location: `/api/v1/cancellations/${String(answer.body.id)}` } : {}
      return sendAnswer(reply, { ...answer, headers })
    },
    read: async (request: FastifyRequest) =>
      getCancellation({ cancellationId: idOf(request), actor: await actorOf(request, parts) }, parts),
    async confirm(request: FastifyRequest, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      return sendAnswer(reply, await confirmCancellation({ ...keyOf(request, actor), cancellationId: idOf(request), actor }, parts))
    },
  }
}
