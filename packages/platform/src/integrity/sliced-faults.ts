import { type CheckMemory, type Fault, type Finding, listFault, type Look, SAMPLE_MAX } from './check.ts'
import { type Group, grownIds, named, turnOf, watermarkOf } from './slices.ts'

/** A table that is too large to be looked at whole in every run. */
export interface SlicedTable {
  table: string
  /** What the statements of its faults call it. */
  alias: string
  /** The column by which it is sliced. Every fault selects it under this name. */
  key: string
  /** By the kind of aggregate, which rows to look at when the trails of some have grown; `isOne` is the condition that a column has one of their ids. */
  changedWith: Readonly<Record<string, (isOne: Group['where']) => string>>
}

export interface SlicedFaults {
  of: SlicedTable
  /** Each statement goes from the table, and ends in its WHERE, to which a condition is added. */
  faults: readonly Fault[]
}

/**
 * As `findFaults`, of large tables: every run looks at what has changed since the run before, at a slice of all the others, and at what was broken. A table that fits into one slice is
 * looked at whole.
 */
export async function findSlicedFaults(look: Look, size: number, parts: readonly SlicedFaults[]): Promise<Finding> {
  const found = new Set<string>()
  const memory: Record<string, CheckMemory[string]> = { ...(await watermarkOf(look)) }
  const grown = new GrownOnce(look)
  let isEverything = true
  for (const { of, faults } of parts) {
    const turn = await turnOf(of.table, { ...of, size }, look)
    isEverything &&= turn.isWhole
    const conditions = turn.isWhole
      ? ofKey(of, turn.slice)
      : [...ofKey(of, turn.slice), ...(await changedRows(of, grown)), ...ofKey(of, named(turn.known))]
    const broken = new Set<string>()
    for (const { condition, values } of conditions)
      for (const fault of faults) {
        const limited = { ...fault, sql: `${fault.sql} AND ${condition}`, values: { ...fault.values, ...values } }
        for (const { row, line } of await listFault(look, limited)) {
          found.add(line)
          broken.add(String(row[of.key]))
        }
      }
    Object.assign(memory, turn.memory(broken))
  }
  const scope = `What has changed since the last run, and ${size} more of each in turn: ${parts.map(({ of }) => of.table).join(', ')}.`
  return { violations: found.size, sample: [...found].slice(0, SAMPLE_MAX), memory, ...(isEverything ? {} : { scope }) }
}

interface Condition {
  condition: string
  values: Group['values']
}

const ofKey = ({ alias, key }: SlicedTable, groups: readonly Group[]): Condition[] =>
  groups.map(({ where, values }) => ({ condition: where(`${alias}.${key}`), values }))

async function changedRows({ changedWith }: SlicedTable, grown: GrownOnce): Promise<Condition[]> {
  const changed: Condition[] = []
  for (const [type, condition] of Object.entries(changedWith))
    for (const { where, values } of named(await grown.ids(type))) changed.push({ condition: condition(where), values })
  return changed
}

/** The tables of a check mostly change with the same kinds. */
class GrownOnce {
  readonly #look: Look
  readonly #known = new Map<string, Promise<Set<string>>>()

  constructor(look: Look) {
    this.#look = look
  }

  ids(type: string): Promise<Set<string>> {
    const known = this.#known.get(type) ?? grownIds(type, this.#look)
    this.#known.set(type, known)
    return known
  }
}
