import { setTimeout as sleep } from 'node:timers/promises'
import { type IntegrityEntry, IntegrityReport, integrityReport } from '@skyhold/contracts'
import { Gauge } from 'prom-client'
import type { Database } from '../database/index.ts'
import type { Jobs } from '../jobs.ts'
import type { Service } from '../service.ts'
import type { IntegrityCheck } from './check.ts'
import { IntegrityResults, type StoredResult } from './results.ts'
import { runChecks, runOutsideChecks } from './run-checks.ts'

export interface IntegrityOptions {
  service: Service
  db: Database
  /** Of the same database. */
  url: string
  /** Each in a snapshot. */
  checks: readonly IntegrityCheck[]
  /** Those that ask somebody outside. */
  outsideChecks?: readonly IntegrityCheck[]
}

/** After a start the relay, the sweeper and recovery first catch up with what happened while the process was down: that is no violation. */
const CATCH_UP_SECONDS = 60
const INSIDE = 'integrity'
const OUTSIDE = 'reconciliation'
/** How long a run that was asked for waits for another replica's run to be over. */
const RUN_PATIENCE_MS = 25_000
const RUN_POLL_MS = 250

/** A service that checks itself: on a schedule, one replica at a time, and serves what it found last at /internal/integrity and as metrics. */
export class Integrity {
  readonly #options: IntegrityOptions
  readonly #results: IntegrityResults
  #jobs: Jobs | null = null

  constructor(options: IntegrityOptions) {
    this.#options = options
    this.#results = new IntegrityResults(options.db)
    this.#serve()
    this.#measure()
  }

  /** Adds the jobs. Both have a lease, because two replicas that look see the same. */
  schedule(jobs: Jobs, everySeconds: number): void {
    this.#jobs = jobs
    const { db, url, service, checks, outsideChecks = [] } = this.#options
    const options = { db, url, results: this.#results, logger: service.logger }
    const schedule = { seconds: everySeconds, lease: true, afterSeconds: Math.min(CATCH_UP_SECONDS, everySeconds) }
    jobs.every(INSIDE, schedule, () => runChecks(checks, options))
    if (outsideChecks.length > 0) jobs.every(OUTSIDE, schedule, () => runOutsideChecks(outsideChecks, options))
  }

  async report(): Promise<IntegrityReport> {
    const results = await this.#results.list()
    return integrityReport(this.#all().map((check) => this.#entryOf(check, results)))
  }

  /** Runs every check now and answers what they found. A run of another replica, begun after this was asked for, does as well. */
  async runNow(): Promise<IntegrityReport> {
    const jobs = this.#jobs
    if (!jobs) return this.report()
    const askedAtMs = await this.#options.db.now()
    const names = (this.#options.outsideChecks ?? []).length > 0 ? [INSIDE, OUTSIDE] : [INSIDE]
    const isFresh = async () => {
      const results = await this.#results.list()
      return this.#all().every(({ name }) => results.some((result) => result.name === name && result.checkedAtMs >= askedAtMs))
    }
    for (const deadlineMs = Date.now() + RUN_PATIENCE_MS; ; await sleep(RUN_POLL_MS)) {
      await Promise.all(names.map((name) => jobs.runNow(name)))
      if ((await isFresh()) || Date.now() > deadlineMs) return this.report()
    }
  }

  #all(): IntegrityCheck[] {
    return [...this.#options.checks, ...(this.#options.outsideChecks ?? [])]
  }

  #entryOf({ name, means, runbook }: IntegrityCheck, results: readonly StoredResult[]): IntegrityEntry {
    const result = results.find((stored) => stored.name === name)
    const violations = result?.violations ?? null
    return {
      service: this.#options.service.name,
      name,
      means,
      status: violations === null ? 'unknown' : violations === 0 ? 'ok' : 'violated',
      checkedAt: result ? new Date(result.checkedAtMs).toISOString() : null,
      violations,
      sample: result?.sample ?? [],
      scope: result?.scope ?? null,
      tookMs: result?.tookMs ?? null,
      runbook: `docs/runbook.md#${runbook}`,
    }
  }

  #serve(): void {
    const { http } = this.#options.service
    const internal = { config: { access: 'internal' }, schema: { response: { 200: IntegrityReport } } } as const
    http.get('/internal/integrity', internal, () => this.report())
    http.post('/internal/integrity/runs', internal, () => this.runNow())
  }

  /** From what is stored, so that every replica shows what one of them found. Unknown is not zero. */
  #measure(): void {
    const registers = [this.#options.service.metrics]
    const entries = async () => {
      const results = await this.#results.list().catch((): StoredResult[] => [])
      return this.#all().map((check) => ({ check: check.name, result: results.find(({ name }) => name === check.name) }))
    }
    new Gauge({
      name: 'skyhold_integrity_violations',
      help: 'What the check found when it last looked; NaN when it could not.',
      labelNames: ['check'],
      registers,
      async collect() {
        for (const { check, result } of await entries()) this.set({ check }, result?.violations ?? Number.NaN)
      },
    })
    new Gauge({
      name: 'skyhold_integrity_checked_seconds',
      help: 'When the check last looked, in Unix seconds.',
      labelNames: ['check'],
      registers,
      async collect() {
        for (const { check, result } of await entries()) this.set({ check }, (result?.checkedAtMs ?? Number.NaN) / 1000)
      },
    })
  }
}
