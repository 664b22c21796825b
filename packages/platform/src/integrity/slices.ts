import { type CheckMemory, LISTED_MAX, type Look } from './check.ts'

/** Some of the rows of a table: a condition on a column that has their key. */
export interface Group {
  where: (column: string) => string
  values: Readonly<Record<string, string | readonly string[]>>
}

/** Ids are given before the commit: a lower one may appear so much later. */
const SETTLED_MS = 120_000
/** More in one statement and a server may take the whole table for the quicker way. */
const NAMED_MAX = 500

/** The last row of a table that is only ever added to, before which none will appear any more. */
export async function settledId(table: string, time: string, { rows, nowMs }: Look): Promise<number> {
  const [last] = await rows<{ id: number }>(`SELECT id FROM ${table} WHERE ${time} <= :settledMs ORDER BY id DESC LIMIT 1`, {
    settledMs: nowMs - SETTLED_MS,
  })
  return last?.id ?? 0
}

/** Up to where the trails are known: with it in its memory, a check is told by `grownIds` which have grown since. */
export const watermarkOf = async (look: Look): Promise<CheckMemory> => ({ watermark: await settledId('audit', 'at', look) })

/** Those of a kind whose trail has grown since the last run. At the first run there are none: the slices bring everything in their turn. */
export async function grownIds(type: string, { rows, memory }: Look): Promise<Set<string>> {
  const watermark = memory?.watermark
  if (typeof watermark !== 'number') return new Set()
  // Without DISTINCT, for which SQLite goes through all trails in the order of their ids.
  const steps = await rows<{ id: string }>('SELECT aggregate_id AS id FROM audit WHERE id > :watermark AND aggregate_type = :type', {
    watermark,
    type,
  })
  return new Set(steps.map(({ id }) => id))
}

export interface SliceOptions {
  table: string
  /** A column of ids that has an index. Rows that have one in common stay together. */
  key: string
  /** No key is lower. */
  lowest?: string
  /** So many rows are a slice. */
  size: number
}

/** What of a table is looked at in a run, whether it has changed or not. */
export interface Turn {
  /** The next rows in the order of their keys; after the last ones it is the turn of the first again. None when there are no rows. */
  slice: readonly Group[]
  /** The slice is the whole table. */
  isWhole: boolean
  /** The keys that were found broken, until somebody has put them right. */
  known: readonly string[]
  /** What the next run needs to be told, when these were found broken in this one. */
  memory: (broken: Iterable<string>) => CheckMemory
}

/** `name` is what the memory of the check has it by. */
export async function turnOf(name: string, { table, key, lowest = '', size }: SliceOptions, { rows, memory }: Look): Promise<Turn> {
  const after = String(memory?.[`${name}.after`] ?? '')
  // The last of the slice, and one behind it.
  const ends = await rows<{ id: string }>(
    `SELECT ${key} AS id FROM ${table} WHERE ${key} > :after ORDER BY ${key} LIMIT 2 OFFSET ${size - 1}`,
    { after },
  )
  const isLast = ends.length < 2
  const [end] = isLast ? await rows<{ id: string | null }>(`SELECT MAX(${key}) AS id FROM ${table}`) : ends
  const until = end?.id ?? null
  return {
    slice: until === null ? [] : [between(after || lowest, until)],
    isWhole: isLast && after === '',
    known: listOf(memory?.[`${name}.broken`]),
    memory: (broken) => ({
      [`${name}.after`]: isLast ? '' : (until ?? ''),
      [`${name}.broken`]: [...broken].slice(0, LISTED_MAX),
    }),
  }
}

const between = (after: string, until: string): Group => ({
  where: (column) => `${column} > :after AND ${column} <= :until`,
  values: { after, until },
})

/** Those with one of these keys. */
export function named(keys: Iterable<string>): Group[] {
  const all = [...keys]
  return Array.from({ length: Math.ceil(all.length / NAMED_MAX) }, (_, i) => ({
    where: (column) => `${column} IN (:keys)`,
    values: { keys: all.slice(i * NAMED_MAX, (i + 1) * NAMED_MAX) },
  }))
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
