import { type CheckMemory, type Finding, type IntegrityCheck, LISTED_MAX, type Look, SAMPLE_MAX } from './check.ts'

/** A kind of aggregate whose every change of status is in the table `audit`. */
export interface TrailKind {
  /** Its `aggregate_type` in the audit. */
  type: string
  table: string
  key: string
  graph: Readonly<Record<string, readonly string[]>>
  /** Where the making of one leaves no row, the statuses in which one without a trail may be, and in which a trail may begin. Left out: every trail begins with a row that comes from nothing. */
  unwrittenBeginnings?: readonly string[]
}

/** So many of each kind are looked at again in each run, one slice after the other: a million bookings in fifty runs, four hours. */
const SLICE = 20_000
/** Those found broken are looked at in every run, until somebody has put them right. */
const KNOWN_MAX = 1_000
/** Ids are given before the commit: a lower one may appear so much later. */
const SETTLED_MS = 120_000

/**
 * I7. Sorting the trails of all aggregates at every run would take minutes on a large database. Every run looks at three groups: all whose trail has grown since the run before,
 * a slice of all the others, and those that were broken.
 */
export const trailsCheck = ({ kinds, means }: { kinds: readonly TrailKind[]; means: string }): IntegrityCheck => ({
  name: 'I7.audit-trails',
  means,
  runbook: 'i7-audit-trails',
  async find(look) {
    const watermark = await watermarkOf(look)
    const memory: Record<string, string | number | readonly string[] | null> = { watermark: watermark.settled }
    const broken = new Map<string, string>()
    let isEverything = true
    for (const kind of kinds) {
      const slice = await nextSlice(kind, look)
      isEverything &&= slice.isEverything
      const known = listOf(look.memory?.[`${kind.type}.broken`])
      const groups = [
        ...(watermark.from === null ? [] : [grownSince(watermark.from)]),
        ...(slice.until === null ? [] : [between(slice.after, slice.until)]),
        ...(known.length > 0 ? [named(known)] : []),
      ]
      const ofKind = new Map<string, string>()
      for (const group of groups)
        for (const [id, fault] of await brokenTrails(kind, group, look)) ofKind.set(id, `${kind.type} ${id}: ${fault}`)
      memory[`${kind.type}.after`] = slice.next
      memory[`${kind.type}.broken`] = [...ofKind.keys()].slice(0, KNOWN_MAX)
      for (const [id, fault] of ofKind) broken.set(id, fault)
    }
    return findingOf(broken, { memory, isEverything })
  },
})

function findingOf(broken: ReadonlyMap<string, string>, { memory, isEverything }: { memory: CheckMemory; isEverything: boolean }): Finding {
  const scope = `Trails that have grown since the last run, and ${SLICE} more of each kind in turn.`
  return { violations: broken.size, sample: [...broken.values()].slice(0, SAMPLE_MAX), memory, ...(isEverything ? {} : { scope }) }
}

/** Where the last run ended, and where the next one begins. At the first run the slices bring everything in their turn. */
async function watermarkOf({ rows, nowMs, memory }: Look): Promise<{ from: number | null; settled: number }> {
  const [last] = await rows<{ id: number }>('SELECT id FROM audit WHERE at <= :settledMs ORDER BY id DESC LIMIT 1', {
    settledMs: nowMs - SETTLED_MS,
  })
  const from = memory?.watermark
  return { from: typeof from === 'number' ? from : null, settled: last?.id ?? 0 }
}

interface Slice {
  after: string
  /** null: there is none of this kind. */
  until: string | null
  /** Where the next run goes on. */
  next: string
  isEverything: boolean
}

async function nextSlice({ table, key, type }: TrailKind, { rows, memory }: Look): Promise<Slice> {
  const after = String(memory?.[`${type}.after`] ?? '')
  const [slice] = await rows<{ last: string | null; size: number }>(
    `SELECT MAX(x.k) AS last, COUNT(*) AS size FROM (SELECT ${key} AS k FROM ${table} WHERE ${key} > :after ORDER BY ${key} LIMIT ${SLICE}) x`,
    { after },
  )
  const isLast = (slice?.size ?? 0) < SLICE
  return { after, until: slice?.last ?? null, next: isLast ? '' : (slice?.last ?? ''), isEverything: after === '' && isLast }
}

/** A condition on a column that holds the aggregate's id. */
interface Group {
  where: (column: string) => string
  values: Record<string, string | number | readonly string[]>
}

const grownSince = (watermark: number): Group => ({
  where: (column) => `${column} IN (SELECT g.aggregate_id FROM audit g WHERE g.id > :watermark)`,
  values: { watermark },
})
const between = (after: string, until: string): Group => ({
  where: (column) => `${column} > :after AND ${column} <= :until`,
  values: { after, until },
})
const named = (ids: readonly string[]): Group => ({ where: (column) => `${column} IN (:ids)`, values: { ids } })

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

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
