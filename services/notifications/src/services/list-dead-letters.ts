import { PAGE_LIMIT_DEFAULT, type DeadLetterStatus } from '@skyhold/contracts'
import type { Cursors } from '@skyhold/platform'
import type { KeptLetter } from '../domain/dead-letter.ts'
import type { DeadLetterRepository } from '../repositories/dead-letter.repository.ts'

export interface ListDeadLetters {
  status?: DeadLetterStatus
  limit?: number
  cursor?: string
}

/** A page of the dead letters, newest first. */
export async function listDeadLetters(
  { status, limit = PAGE_LIMIT_DEFAULT, cursor }: ListDeadLetters,
  { letters, cursors }: { letters: DeadLetterRepository; cursors: Cursors },
): Promise<{ data: KeptLetter[]; nextCursor: string | null }> {
  const found = await letters.list({
    limit: limit + 1,
    ...(status && { status }),
    ...(cursor !== undefined && { after: positionIn(cursor, cursors) }),
  })
  const data = found.slice(0, limit)
  const last = data.at(-1)
  return { data, nextCursor: last && found.length > limit ? cursors.encode([last.deadAtMs, last.id]) : null }
}

function positionIn(cursor: string, cursors: Cursors): Pick<KeptLetter, 'id' | 'deadAtMs'> {
  const [deadAtMs, id] = cursors.decode(cursor)
  return { deadAtMs: Number(deadAtMs), id: String(id) }
}
