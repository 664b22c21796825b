import { PAGE_LIMIT_DEFAULT } from '@skyhold/contracts'
import { createCursors, type Page, pageOf, type PageQuery } from '@skyhold/platform'
import type { ScheduleRecord } from '../domain/schedule.ts'
import type { ScheduleRepository } from '../repositories/schedule.ts'

/** An operator's timetable, a page at a time. */
export async function listSchedules(
  { limit = PAGE_LIMIT_DEFAULT, cursor }: PageQuery,
  { operatorId, schedules, cursorSecret }: { operatorId: string; schedules: ScheduleRepository; cursorSecret: string },
): Promise<Page<ScheduleRecord>> {
  const cursors = createCursors(cursorSecret, `schedules ${operatorId}`)
  const afterId = cursor === undefined ? '' : String(cursors.decode(cursor)[0])
  // One more than asked for tells whether there is a next page.
  const found = await schedules.listPage({ operatorId, afterId, limit: limit + 1 })
  return pageOf(found, limit, ({ id }) => cursors.encode([id]))
}
