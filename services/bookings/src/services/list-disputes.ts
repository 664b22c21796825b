import type { Dispute } from '@skyhold/contracts'
import { type Cursors, type Page, pageOf } from '@skyhold/platform'
import { disputeView } from '../views/dispute.ts'
import type { Parts } from './parts.ts'

/** All disputes, newest first. */
export async function listDisputes(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  parts: Pick<Parts, 'disputes'>,
  cursors: Cursors,
): Promise<Page<Dispute>> {
  const beforeId = cursor === undefined ? undefined : String(cursors.decode(cursor)[0])
  const rows = await parts.disputes.list({ beforeId, limit: limit + 1 })
  const { data, nextCursor } = pageOf(rows, limit, ({ id }) => cursors.encode([id]))
  return { data: data.map(disputeView), nextCursor }
}
