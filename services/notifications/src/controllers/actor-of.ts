import { callerOf } from '@skyhold/platform'
import type { FastifyRequest } from 'fastify'
import type { Actor } from '../services/actor.ts'

export function actorOf(request: FastifyRequest): Actor {
  const { userId, operatorId } = callerOf(request)
  return { userId, operatorId, requestId: request.id }
}
