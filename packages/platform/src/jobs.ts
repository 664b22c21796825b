import { Cron } from 'croner'
import type { Logger } from 'pino'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Database } from './database/index.ts'
import { JobLeases } from './job-leases.ts'

export { jobsTable } from './job-leases.ts'

export interface JobsOptions {
  db: Database
  logger: Logger
  metrics: Registry
  /** Shown in the lease row, so that an operator sees who works. */
  owner: string
  /** How long a dead replica keeps its jobs; a minute unless told. */
  leaseMs?: number
  /** Each job's first run comes a whole period after `every`: for tests in which nothing may work by itself. */
  startsLate?: boolean
}

export interface Schedule {
  /** Period in whole seconds. The first run comes within a second of `every`, so that what was missed while the process was down is caught up. */
  seconds: number
  /** With it one replica runs the job in each period; without it every replica does, and the job must be harmless so. */
  lease?: boolean
  /** The first scheduled run comes not before: for a job that would only see what the start of the process explains. */
  afterSeconds?: number
}

interface Job {
  name: string
  seconds: number
  hasLease: boolean
  work: () => Promise<void>
  cron: Cron
  running: Promise<void> | null
}

/** The schedules of a process. A job that fails is logged and counted and has its next turn; one that is slow is not started twice. */
export class Jobs {
  readonly #logger: Logger
  readonly #leases: JobLeases
  readonly #metrics: ReturnType<typeof jobMetrics>
  readonly #jobs = new Map<string, Job>()
  readonly #startsLate: boolean
  #isClosing = false

  constructor({ db, logger, metrics, owner, leaseMs, startsLate = false }: JobsOptions) {
    this.#startsLate = startsLate
    this.#logger = logger
    this.#leases = new JobLeases({ db, owner, logger, ...(leaseMs && { leaseMs }) })
    this.#metrics = jobMetrics(metrics)
  }

  every(
    name: string,
    { seconds, lease = false, afterSeconds = this.#startsLate ? seconds : 0 }: Schedule,
    work: () => Promise<void>,
  ): void {
    if (!Number.isInteger(seconds) || seconds < 1) throw new Error(`Job ${name} needs a period in whole seconds, not ${seconds}.`)
    if (this.#jobs.has(name)) throw new Error(`There is already a job ${name}.`)
    // No `name` for croner: it keeps one list for the whole process, and several services may share a process.
    const startAt = afterSeconds > 0 ? { startAt: new Date(Date.now() + afterSeconds * 1000) } : {}
    const cron = new Cron('* * * * * *', { interval: seconds, unref: true, paused: true, ...startAt }, () => this.#tick(name))
    this.#jobs.set(name, { name, seconds, hasLease: lease, work, cron, running: null })
    this.#metrics.failures.inc({ job: name }, 0)
    cron.resume()
  }

  #tick(name: string): void {
    const job = this.#get(name)
    if (job.running || this.#isClosing) return // The last run still works: this turn is left out.
    void this.#start(job, { isDueOnly: true })
  }

  /**
   * Runs the job now, whenever it is due, and resolves when it is done; a run at work is waited for first, because it may have begun before
   * what the caller wants seen. Like every run it does nothing while another replica holds the lease, and it does not throw. Nor does it anything
   * once `close` was called: the run that it waited for was the last.
   */
  async runNow(name: string): Promise<void> {
    const job = this.#get(name)
    while (job.running) await job.running
    if (this.#isClosing) return
    await this.#start(job, { isDueOnly: false })
  }

  #start(job: Job, { isDueOnly }: { isDueOnly: boolean }): Promise<void> {
    job.running = this.#run(job, isDueOnly).finally(() => {
      job.running = null
    })
    return job.running
  }

  async #run({ name, seconds, hasLease, work }: Job, isDueOnly: boolean): Promise<void> {
    try {
      const isRun = hasLease
        ? await this.#leases.whileHeld(name, { periodMs: seconds * 1000, isDueOnly }, work)
        : await work().then(() => true)
      if (isRun) this.#metrics.lastSuccess.set({ job: name }, Date.now() / 1000)
    } catch (error) {
      this.#metrics.failures.inc({ job: name })
      this.#logger.error({ err: error, job: name }, 'job failed')
    }
  }

  #get(name: string): Job {
    const job = this.#jobs.get(name)
    if (!job) throw new Error(`There is no job ${name}.`)
    return job
  }

  /** Starts nothing more and waits for what runs. */
  async close(): Promise<void> {
    this.#isClosing = true
    const jobs = [...this.#jobs.values()]
    for (const { cron } of jobs) cron.stop()
    for (const { running } of jobs) await running
  }
}

function jobMetrics(registry: Registry): { lastSuccess: Gauge<'job'>; failures: Counter<'job'> } {
  return {
    lastSuccess: new Gauge({
      name: 'job_last_success_seconds',
      help: 'When the job last ended well, in Unix seconds.',
      labelNames: ['job'],
      registers: [registry],
    }),
    failures: new Counter({
      name: 'job_failures_total',
      help: 'Runs that ended with an error.',
      labelNames: ['job'],
      registers: [registry],
    }),
  }
}
