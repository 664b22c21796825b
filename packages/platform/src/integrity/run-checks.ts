import { type Database, type Snapshot, withSnapshot } from '../database/index.ts'
import { leavingOutValues } from '../database/quoted-values.ts'
import type { Logger } from '../logger.ts'
import type { Finding, IntegrityCheck, Look } from './check.ts'
import type { IntegrityResults } from './results.ts'

export interface RunOptions {
  db: Database
  /** Of the same database, for the connection of the snapshot. */
  url: string
  results: IntegrityResults
  logger: Logger
}

/** Each lane keeps one connection and one core of the server busy. */
const LANES = 2

/** Runs the checks, each in a read-only snapshot in which it sees one instant, and stores what each found. Those that took longest last time come first, so that the lanes end together. */
export async function runChecks(checks: readonly IntegrityCheck[], options: RunOptions): Promise<void> {
  const { db, url, logger, results } = options
  const last = await lastResults(results)
  const waiting = checks.toSorted((one, other) => (last.get(other.name)?.tookMs ?? 0) - (last.get(one.name)?.tookMs ?? 0))
  const nowMs = await db.now()
  const work = async (snapshot: Snapshot): Promise<Outcome[]> => {
    const found: Outcome[] = []
    for (let check = waiting.shift(); check; check = waiting.shift())
      found.push(await outcomeOf(check, lookOf(snapshot, { nowMs, memory: last.get(check.name)?.memory ?? null })))
    return found
  }
  const lanes = Array.from({ length: Math.min(LANES, checks.length) }, () => withSnapshot({ url, logger }, work))
  for (const outcome of (await settled(lanes)).flat()) await keep(outcome, nowMs, options)
}

/** All of them, or the first failure when none is at work any more. */
async function settled<T>(lanes: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(lanes)
  return Promise.all(lanes)
}

/** Runs checks that ask somebody outside, such as the payment provider: each alone, and never inside a snapshot that would stay open while they wait. */
export async function runOutsideChecks(checks: readonly IntegrityCheck[], options: RunOptions): Promise<void> {
  const { db, results } = options
  const last = await lastResults(results)
  for (const check of checks) {
    const nowMs = await db.now()
    const look = { dialect: db.dialect, rows: db.rows.bind(db) }
    await keep(await outcomeOf(check, lookOf(look, { nowMs, memory: last.get(check.name)?.memory ?? null })), nowMs, options)
  }
}

const lastResults = async (results: IntegrityResults) => new Map((await results.list()).map((result) => [result.name, result]))

interface Outcome {
  check: IntegrityCheck
  finding: Finding | null
  error: unknown
  tookMs: number
}

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
    const reason = leavingOutValues(error)(error instanceof Error ? error.message : String(error))
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
