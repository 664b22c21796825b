import type { Cursors } from '@skyhold/platform'
import type { FastifyRequest } from 'fastify'
import { listDeadLetters, type ListDeadLetters } from '../services/list-dead-letters.ts'
import { replayDeadLetter, type ReplayDeps } from '../services/replay-dead-letter.ts'
import { deadLetterView } from '../views/dead-letter.view.ts'
import { actorOf } from './actor-of.ts'

export type DeadLettersDeps = ReplayDeps & { cursors: Cursors }

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
}
