import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { createCursors, type Page, type PageQuery } from '@skyhold/platform'

/** A page of a list that is in memory and whose order does not change. `list` names it with its filters, for the cursor. */
export function pageInMemory<T>(
  items: readonly T[],
  { limit = PAGE_LIMIT_DEFAULT, cursor }: PageQuery,
  { secret, list }: { secret: string; list: string },
): Page<T> {
  const cursors = createCursors(secret, list)
  const start = cursor === undefined ? 0 : Number(cursors.decode(cursor)[0])
  const end = start + limit
  return { data: items.slice(start, end), nextCursor: end < items.length ? cursors.encode([end]) : null }
}
