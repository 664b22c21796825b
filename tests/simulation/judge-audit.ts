import type { Database, TrailKind } from '@skyhold/platform'

/** I7: the trail of each aggregate is a path in its graph that ends where the aggregate is. */
export async function brokenPaths(db: Database, kinds: readonly TrailKind[]): Promise<string[]> {
  const steps = await db.rows<{ type: string; id: string; was: string | null; became: string }>(
    'SELECT aggregate_type AS type, aggregate_id AS id, from_status AS was, to_status AS became FROM audit ORDER BY audit.id',
  )
  const byType = Map.groupBy(steps, ({ type }) => type)
  const broken: string[] = []
  for (const kind of kinds) broken.push(...(await brokenOfKind(db, kind, byType.get(kind.type) ?? [])))
  return broken
}

async function brokenOfKind(
  db: Database,
  { type, table, key, graph, unwrittenBeginnings = [] }: TrailKind,
  steps: readonly { id: string; was: string | null; became: string }[],
): Promise<string[]> {
  const broken: string[] = []
  const at = new Map<string, string>()
  for (const { id, was, became } of steps) {
    const before = at.get(id) ?? null
    const isBeginning = before === null && (was === null || unwrittenBeginnings.includes(was))
    if (was !== before && !isBeginning)
      broken.push(`I7: ${type} ${id} went from ${was ?? 'nothing'} to ${became} and was ${before ?? 'nothing'}`)
    else if (was !== null && !graph[was]?.includes(became)) broken.push(`I7: ${type} ${id} went from ${was} to ${became}`)
    at.set(id, became)
  }
  for (const { id, status } of await db.rows<{ id: string; status: string }>(`SELECT ${key} AS id, status FROM ${table}`)) {
    const isUnwritten = !at.has(id) && unwrittenBeginnings.includes(status)
    if (at.get(id) !== status && !isUnwritten) broken.push(`I7: ${type} ${id} is ${status}, and by its trail ${at.get(id) ?? 'nothing'}`)
  }
  return broken
}
