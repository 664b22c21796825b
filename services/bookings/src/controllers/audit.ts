import type { PageQuery } from '@skyhold/platform'
import type { FastifyRequest } from 'fastify'
import type { Parts } from '../services/parts.ts'
import { listBookingAudit } from '../services/read-audit.ts'

export function auditControllers(parts: Parts, secret: string) {
  return {
    list: (request: FastifyRequest & { params: { id: string }; query: PageQuery }) =>
      listBookingAudit({ bookingId: request.params.id, ...request.query }, parts, secret),
  }
}
