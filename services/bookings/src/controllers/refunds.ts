import type { CreateRefund, SettleRefund } from '@skyhold/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../services/parts.ts'
import { getRefund, listRefunds, requestRefund } from '../services/request-refund.ts'
import { retryRefund } from '../services/retry-refund.ts'
import { settleRefund } from '../services/settle-refund.ts'
import { actorOf, keyOf, located, sendAnswer } from './request.ts'

const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id

export function refundControllers(parts: Parts) {
  return {
    async create(request: FastifyRequest & { body: CreateRefund }, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      const answer = await requestRefund({ ...keyOf(request, actor), paymentId: idOf(request), body: request.body, actor }, parts)
      return sendAnswer(reply, located(answer, 'refunds'))
    },
    list: async (request: FastifyRequest) => listRefunds({ paymentId: idOf(request), actor: await actorOf(request, parts) }, parts),
    read: async (request: FastifyRequest) => getRefund({ refundId: idOf(request), actor: await actorOf(request, parts) }, parts),
    async retry(request: FastifyRequest, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      return sendAnswer(reply, located(await retryRefund({ ...keyOf(request, actor), refundId: idOf(request), actor }, parts), 'refunds'))
    },
    async settle(request: FastifyRequest & { body: SettleRefund }, reply: FastifyReply) {
      const actor = await actorOf(request, parts)
      const { note, reference = null } = request.body
      const settlement = { note, reference }
      return sendAnswer(reply, await settleRefund({ ...keyOf(request, actor), refundId: idOf(request), settlement, actor }, parts))
    },
  }
}
