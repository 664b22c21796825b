import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import type { Cursors } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { listDisputes } from '../services/list-disputes.ts'
import type { Parts } from '../services/parts.ts'
import { type ResolveAttention, resolveAttention } from '../services/resolve-attention.ts'
import { actorOf, keyOf, sendAnswer } from './request.ts'

/** What the staff does about money that went astray. */
export function moneyDeskControllers(parts: Parts, cursors: Cursors) {
  return {
    async resolve(
      request: FastifyRequest & { params: { id: string }; body: Pick<ResolveAttention, 'action' | 'note'> },
      reply: FastifyReply,
    ) {
      const actor = await actorOf(request, parts)
      const { action, note } = request.body
      return sendAnswer(
        reply,
        await resolveAttention({ ...keyOf(request, actor), bookingId: request.params.id, action, note, actor }, parts),
      )
    },
    listDisputes: (request: FastifyRequest & { query: { limit?: number; cursor?: string } }) =>
      listDisputes({ limit: request.query.limit ?? PAGE_LIMIT_DEFAULT, cursor: request.query.cursor }, parts, cursors),
  }
}
