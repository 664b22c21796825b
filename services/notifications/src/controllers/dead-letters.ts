import type { Cursors, PageQuery } from '@skyhold/platform'
import type { FastifyRequest } from 'fastify'
import { type DismissDeps, dismissDeadLetter } from '../services/dismiss-dead-letter.ts'
import { getDeadLetter, listDeadLetters, type ListDeadLetters } from '../services/list-dead-letters.ts'
import { listAudit, type ReadAuditDeps } from '../services/read-audit.ts'
import { replayDeadLetter, type ReplayDeps } from '../services/replay-dead-letter.ts'
import { auditView } from '../views/audit.ts'
import { deadLetterView } from '../views/dead-letter.ts'
import { actorOf } from './actor-of.ts'

export type DeadLettersDeps = ReplayDeps & DismissDeps & ReadAuditDeps & { cursors: Cursors }

export class DeadLettersController {
  readonly #deps: DeadLettersDeps

  constructor(deps: DeadLettersDeps) {
    this.#deps = deps
  }

  async list(query: ListDeadLetters) {
    const { data, nextCursor } = await listDeadLetters(query, this.#deps)
    return { data: data.map(deadLetterView), nextCursor }
  }

  async replay(id: string, request: FastifyRequest) {
    return deadLetterView(await replayDeadLetter(id, actorOf(request), this.#deps))
  }

  async dismiss(id: string, reason: string, request: FastifyRequest) {
    return deadLetterView(await dismissDeadLetter({ id, reason }, actorOf(request), this.#deps))
  }

  async listAudit(id: string, query: PageQuery) {
    const letter = await getDeadLetter(id, this.#deps)
    const { data, nextCursor } = await listAudit(letter.id, query, this.#deps)
    return { data: data.map(auditView), nextCursor }
  }
}
