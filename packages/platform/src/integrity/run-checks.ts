import { type Database, type Snapshot, withSnapshot } from '../database/index.ts'
import type { Logger } from '../logger.ts'
import type { CheckMemory, Finding, IntegrityCheck, Look } from './check.ts'
import type { IntegrityResults } from './results.ts'

export interface RunOptions {
  db: Database
  /** Of the same database, for the connection of the snapshot. */
  url: string
  results: IntegrityResults
  logger: Logger
}

/** Runs the checks in one read-only snapshot, so that they all see one instant, and stores what each found. */
export async function runChecks(checks: readonly IntegrityCheck[], options: RunOptions): Promise<void> {
  const { db, url, logger } = options
  const memories = await memoriesOf(options)
  const nowMs = await db.now()
  const outcomes = await withSnapshot({ url, logger }, async (snapshot) => {
    const found: Outcome[] = []
    for (const check of checks) found.push(await outcomeOf(check, lookOf(snapshot, { nowMs, memory: memories.get(check.name) ?? null })))
    return found
  })
  for (const outcome of outcomes) await keep(outcome, nowMs, options)
}

/** Runs checks that ask somebody outside, such as the payment provider: each alone, and never inside a snapshot that would stay open while they wait. */
export async function runOutsideChecks(checks: readonly IntegrityCheck[], options: RunOptions): Promise<void> {
  const { db } = options
  const memories = await memoriesOf(options)
  for (const check of checks) {
    const nowMs = await db.now()
    const look = { dialect: db.dialect, rows: db.rows.bind(db) }
    await keep(await outcomeOf(check, lookOf(look, { nowMs, memory: memories.get(check.name) ?? null })), nowMs, options)
  }
}

interface Outcome {
  check: IntegrityCheck
  finding: Finding | null
  error: unknown
  tookMs: number
}

const memoriesOf = async ({ results }: RunOptions): Promise<Map<string, CheckMemory | null>> =>
  new Map((await results.list()).map(({ name, memory }) => [name, memory]))

const lookOf = ({ dialect, rows }: Snapshot, more: Pick<Look, 'nowMs' | 'memory'>): Look => ({ dialect, rows, ...more })

/** A check that fails says nothing about the others. */
async function outcomeOf(check: IntegrityCheck, look: Look): Promise<Outcome> {
  const startedAt = performance.now()
  const took = () => Math.round(performance.now() - startedAt)
  try {
    return { check, finding: await check.find(look), error: null, tookMs: took() }
  } catch (error) {
    return { check, finding: null, error, tookMs: took() }
  }
}

async function keep({ check, finding, error, tookMs }: Outcome, checkedAtMs: number, { results, logger }: RunOptions): Promise<void> {
  const { name, means, runbook } = check
  const where = `docs/runbook.md#${runbook}`
  if (!finding) {
    const reason = error instanceof Error ? error.message : String(error)
    logger.error({ err: error, check: name }, `integrity ${name} could not look; nothing is known of it (${where})`)
    return results.store(name, { violations: null, sample: [reason.slice(0, 500)], checkedAtMs, tookMs })
  }
  if (finding.violations > 0)
    logger.error(
      { check: name, violations: finding.violations, sample: finding.sample },
      `integrity ${name} is violated ${finding.violations} times: ${finding.sample[0] ?? ''}. What must be true: ${means} What to do: ${where}`,
    )
  return results.store(name, { ...finding, checkedAtMs, tookMs })
}
