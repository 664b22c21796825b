import { PAGE_LIMIT_DEFAULT, type DeadLetterStatus } from '@skyhold/contracts'
import { type Cursors, type Page, pageOf, type PageQuery, Refusal } from '@skyhold/platform'
import type { KeptLetter } from '../domain/dead-letter.ts'
import type { DeadLetterRepository } from '../repositories/dead-letter.ts'

export interface ListDeadLetters extends PageQuery {
  status?: DeadLetterStatus
}

/** A page of the dead letters, newest first. */
export async function listDeadLetters(
  { status, limit = PAGE_LIMIT_DEFAULT, cursor }: ListDeadLetters,
  { letters, cursors }: { letters: DeadLetterRepository; cursors: Cursors },
): Promise<Page<KeptLetter>> {
  const found = await letters.list({
    limit: limit + 1,
    ...(status && { status }),
    ...(cursor !== undefined && { after: positionIn(cursor, cursors) }),
  })
  return pageOf(found, limit, ({ deadAtMs, id }) => cursors.encode([deadAtMs, id]))
}

export async function getDeadLetter(id: string, { letters }: { letters: DeadLetterRepository }): Promise<KeptLetter> {
  const letter = await letters.find(id)
  if (!letter) throw new Refusal('not_found', { detail: 'There is no such dead letter.' })
  return letter
}

function positionIn(cursor: string, cursors: Cursors): Pick<KeptLetter, 'id' | 'deadAtMs'> {
  const [deadAtMs, id] = cursors.decode(cursor)
  return { deadAtMs: Number(deadAtMs), id: String(id) }
}
