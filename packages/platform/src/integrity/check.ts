import type { Snapshot } from '../database/index.ts'

/** What a check sees. */
export interface Look extends Snapshot {
  /** The database's time, read just before the snapshot was taken. */
  nowMs: number
  /** What this check asked to be told at its next run; null at its first. */
  memory: CheckMemory | null
}

export type CheckMemory = Readonly<Record<string, string | number | readonly string[] | null>>

/** What a check found. */
export interface Finding {
  /** Those beyond LISTED_MAX are not counted. */
  violations: number
  /** The first of them as a person reads them, with the ids to look for. */
  sample: readonly string[]
  /** How much was looked at, where it was not everything. */
  scope?: string
  memory?: CheckMemory
}

/** A rule about stored data that must hold at every instant between transactions. */
export interface IntegrityCheck {
  /** The invariant and what of it is looked at: `I1.claims-and-tickets`. */
  name: string
  /** What must be true, in a sentence. */
  means: string
  /** The heading of docs/runbook.md that says what to do, as its anchor. */
  runbook: string
  find(look: Look): Promise<Finding>
}

export const SAMPLE_MAX = 10
/** So many violations are counted; a system with more of them needs no exact number. */
export const LISTED_MAX = 10_000

/** One way in which a rule is broken: each row that the statement selects is a violation. */
export interface Fault {
  /** What is wrong, in words that the row's values can follow: `a sold seat without a live ticket`. */
  says: string
  /** Selects the ids to look for. Without LIMIT. */
  sql: string
  values?: Parameters<Snapshot['rows']>[1]
}

/** What has the fault, and how a person reads it. */
export async function listFault(look: Snapshot, { says, sql, values }: Fault): Promise<{ row: FaultRow; line: string }[]> {
  const rows = await look.rows<FaultRow>(`${sql} LIMIT ${LISTED_MAX}`, values)
  return rows.map((row) => ({ row, line: `${says}: ${Object.values(row).join(' ')}` }))
}

type FaultRow = Record<string, string | number | null>

/** Asks for each fault in turn and counts what is found. */
export async function findFaults(look: Snapshot, faults: readonly Fault[]): Promise<Finding> {
  const found: string[] = []
  for (const fault of faults) for (const { line } of await listFault(look, fault)) found.push(line)
  return { violations: found.length, sample: found.slice(0, SAMPLE_MAX) }
}
