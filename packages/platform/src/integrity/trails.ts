import { type CheckMemory, type IntegrityCheck, LISTED_MAX, type Look, SAMPLE_MAX } from './check.ts'
import { type Group, grownIds, named, turnOf, watermarkOf } from './slices.ts'

/** A kind of aggregate whose every change of status is in the table `audit`. */
export interface TrailKind {
  /** Its `aggregate_type` in the audit. */
  type: string
  table: string
  key: string
  /** No key is lower; below it the audit has the trails of other kinds, which the first slice would read as well. */
  lowest?: string
  graph: Readonly<Record<string, readonly string[]>>
  /** Where the making of one leaves no row, the statuses in which one without a trail may be, and in which a trail may begin. Left out: every trail begins with a row that comes from nothing. */
  unwrittenBeginnings?: readonly string[]
}

/** So many of each kind are looked at again in each run, one slice after the other: a million bookings in fifty runs, four hours. */
const SLICE = 20_000

export interface TrailsOptions {
  kinds: readonly TrailKind[]
  means: string
  sliceSize?: number
}

/**
 * I7. Sorting the trails of all aggregates at every run would take minutes on a large database. Every run looks at three groups: all whose trail has grown since the run before,
 * a slice of all the others, and those that were broken.
 */
export const trailsCheck = ({ kinds, means, sliceSize = SLICE }: TrailsOptions): IntegrityCheck => ({
  name: 'I7.audit-trails',
  means,
  runbook: 'i7-audit-trails',
  async find(look) {
    const memory: Record<string, CheckMemory[string]> = { ...(await watermarkOf(look)) }
    const broken = new Map<string, string>()
    let isEverything = true
    for (const kind of kinds) {
      const turn = await turnOf(kind.type, { ...kind, size: sliceSize }, look)
      isEverything &&= turn.isWhole
      // Also where the slice is the whole table: the trail of one that is gone may lie behind its last row.
      const others = new Set([...turn.known, ...(await grownIds(kind.type, look))])
      const ofKind = new Map<string, string>()
      for (const group of [...turn.slice, ...named(others)])
        for (const [id, fault] of await brokenTrails(kind, group, look)) ofKind.set(id, `${kind.type} ${id}: ${fault}`)
      Object.assign(memory, turn.memory(ofKind.keys()))
      for (const [id, fault] of ofKind) broken.set(id, fault)
    }
    const scope = `Trails that have grown since the last run, and ${sliceSize} more of each kind in turn.`
    return { violations: broken.size, sample: [...broken.values()].slice(0, SAMPLE_MAX), memory, ...(isEverything ? {} : { scope }) }
  },
})

/** What is wrong, by id. */
async function brokenTrails(kind: TrailKind, group: Group, look: Look): Promise<Map<string, string>> {
  const { type, table, key, graph, unwrittenBeginnings } = kind
  const pairs = Object.entries(graph).flatMap(([from, targets]) => targets.map((to) => [from, to]))
  const declared = look.dialect === 'sqlite' ? 'VALUES :pairs' : ':pairs'
  const beginsBadly = unwrittenBeginnings ? 's.was NOT IN (:beginnings)' : 's.was IS NOT NULL'
  const beginnings = unwrittenBeginnings ? { beginnings: unwrittenBeginnings } : {}
  // Where every trail has a beginning, the index alone says whether there is one.
  const isWritten = unwrittenBeginnings ? `AND a.aggregate_type = '${type}'` : ''
  const steps = await look.rows<{ id: string; was: string | null; became: string; status: string | null }>(
    `WITH steps AS (
       SELECT a.aggregate_id AS id, a.from_status AS was, a.to_status AS became,
         LAG(a.to_status) OVER (PARTITION BY a.aggregate_id ORDER BY a.id) AS ended,
         LEAD(a.id) OVER (PARTITION BY a.aggregate_id ORDER BY a.id) AS later
       FROM audit a WHERE a.aggregate_type = '${type}' AND ${group.where('a.aggregate_id')}
     )
     SELECT s.id, s.was, s.became, r.status FROM steps s LEFT JOIN ${table} r ON r.${key} = s.id
     WHERE r.${key} IS NULL OR (s.ended IS NULL AND ${beginsBadly}) OR (s.ended IS NOT NULL AND (s.was IS NULL OR s.was <> s.ended))
       OR (s.was IS NOT NULL AND (s.was, s.became) NOT IN (${declared})) OR (s.later IS NULL AND s.became <> r.status)
     LIMIT ${LISTED_MAX}`,
    { ...group.values, ...beginnings, pairs },
  )
  const without = await look.rows<{ id: string; status: string }>(
    `SELECT r.${key} AS id, r.status FROM ${table} r LEFT JOIN audit a ON a.aggregate_id = r.${key} ${isWritten}
     WHERE a.id IS NULL AND ${group.where(`r.${key}`)}${unwrittenBeginnings ? ' AND r.status NOT IN (:beginnings)' : ''} LIMIT ${LISTED_MAX}`,
    { ...group.values, ...beginnings },
  )
  return new Map([
    ...steps.map(
      ({ id, was, became, status }) => [id, `${was ?? 'nothing'} → ${became} does not belong there; it is ${status ?? 'gone'}`] as const,
    ),
    ...without.map(({ id, status }) => [id, `it is ${status} without any trail`] as const),
  ])
}
