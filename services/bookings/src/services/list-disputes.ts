import type { Dispute } from '@skyhold/contracts'
import type { Cursors } from '@skyhold/platform'
import { disputeView } from '../views/dispute.ts'
import type { Parts } from './parts.ts'

/** All disputes, newest first. */
export async function listDisputes(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  parts: Pick<Parts, 'disputes'>,
  cursors: Cursors,
): Promise<{ data: Dispute[]; nextCursor: string | null }> {
  const beforeId = cursor === undefined ? undefined : String(cursors.decode(cursor)[0])
  const rows = await parts.disputes.list({ beforeId, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { data: page.map(disputeView), nextCursor: last && rows.length > limit ? cursors.encode([last.id]) : null }
}
