import { callerOf, invalidAt } from '@skyhold/platform'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { AuditQuery } from '../routes/schemas.ts'
import type { IdentityDeps } from '../services/deps.ts'
import { listAudit } from '../services/read-audit.ts'
import { auditView } from '../views/audit.ts'

export class AuditController {
  readonly #deps: IdentityDeps

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  async list({ since, until, ...query }: Static<typeof AuditQuery>, request: FastifyRequest, reply: FastifyReply) {
    const period = {
      ...(since !== undefined && { sinceMs: momentOf(since, '/query/since') }),
      ...(until !== undefined && { untilMs: momentOf(until, '/query/until') }),
    }
    const { data, nextCursor } = await listAudit(callerOf(request), { ...query, ...period }, this.#deps)
    reply.header('cache-control', 'no-store')
    return { data: data.map(auditView), nextCursor }
  }
}

/** Not every text of the right form is a moment: there is no 24th hour of the 31st of June. */
function momentOf(text: string, pointer: string): number {
  const moment = Date.parse(text)
  if (Number.isNaN(moment)) throw invalidAt(pointer, 'date-time', 'This is no moment. Write it as 2026-11-23T09:30:00Z.')
  return moment
}
