import type { Database } from '@skyhold/platform'
import {
  BOOKING_TRANSITIONS,
  HOLD_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  REFUND_TRANSITIONS,
} from '../../services/bookings/src/domain/transitions.ts'

const GRAPHS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  hold: HOLD_TRANSITIONS,
  booking: BOOKING_TRANSITIONS,
  payment: PAYMENT_TRANSITIONS,
  refund: REFUND_TRANSITIONS,
}
const TABLES = { hold: 'holds', booking: 'bookings', payment: 'payments', refund: 'refunds' } as const

/** I7: the trail of each aggregate is a path in its graph that ends where the aggregate is. */
export async function brokenPaths(db: Database): Promise<string[]> {
  const steps = await db.rows<{ type: string; id: string; was: string | null; became: string }>(
    'SELECT aggregate_type AS type, aggregate_id AS id, from_status AS was, to_status AS became FROM audit ORDER BY audit.id',
  )
  const broken: string[] = []
  const at = new Map<string, string>()
  for (const { type, id, was, became } of steps) {
    if (!(type in GRAPHS)) continue
    const before = at.get(id) ?? null
    if (was !== before) broken.push(`I7: ${type} ${id} went from ${was ?? 'nothing'} to ${became} and was ${before ?? 'nothing'}`)
    else if (was !== null && !GRAPHS[type]?.[was]?.includes(became)) broken.push(`I7: ${type} ${id} went from ${was} to ${became}`)
    at.set(id, became)
  }
  for (const [type, table] of Object.entries(TABLES))
    for (const { id, status } of await db.rows<{ id: string; status: string }>(`SELECT id, status FROM ${table}`))
      if (at.get(id) !== status) broken.push(`I7: ${type} ${id} is ${status}, and by its trail ${at.get(id) ?? 'nothing'}`)
  return broken
}
