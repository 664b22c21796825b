import { databases, waitFor } from '@skyhold/testkit'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import type { Database } from '../../src/database/index.ts'
import { Jobs, type JobsOptions } from '../../src/jobs.ts'
import { openTables } from '../support/outbox-fixtures.ts'

describe.each(databases())('jobs on $name', ({ create }) => {
  let db: Database
  let drop: () => Promise<void>

  beforeAll(async () => {
    const created = await create()
    drop = created.drop
    db = await openTables(created.url)
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  /** Of the test that it is given, which others run beside. A name of a job with a lease is a row for all of them. */
  function open({ onTestFinished }: TestContext, more: Partial<JobsOptions> = {}): Jobs {
    const jobs = new Jobs({ db, logger: pino({ level: 'silent' }), metrics: new Registry(), owner: 'replica 1', ...more })
    onTestFinished(() => jobs.close())
    return jobs
  }

  /** A job that begins, says so and waits to be let go. */
  function heldWork(): { work: () => Promise<void>; begun: () => number; finish: () => void } {
    let begun = 0
    let finish = (): void => {}
    const work = (): Promise<void> => {
      begun += 1
      return new Promise((resolve) => (finish = resolve))
    }
    return { work, begun: () => begun, finish: () => finish() }
  }

  // Those that wait for the seconds of the clock wait together.

  test.concurrent('every — a period of a second — the job runs again and again', async (t) => {
    const jobs = open(t)
    let runs = 0
    jobs.every('sweep', { seconds: 1 }, async () => void (runs += 1))
    await waitFor(() => runs >= 2)
  })

  test.concurrent('every — told to start late — the first run waits for a whole period', async (t) => {
    const jobs = open(t, { startsLate: true })
    const runs = { hourly: 0, each: 0 }
    jobs.every('hourly', { seconds: 3600 }, async () => void (runs.hourly += 1))
    jobs.every('each second', { seconds: 1 }, async () => void (runs.each += 1))
    await waitFor(() => runs.each >= 3)
    expect(runs.hourly).toBe(0)
  })

  test.concurrent('every — the work is slow — it is not started a second time', async (t) => {
    const jobs = open(t)
    const { work, begun, finish } = heldWork()
    let ticks = 0
    jobs.every('slow', { seconds: 1 }, work)
    jobs.every('ticks', { seconds: 1 }, async () => void (ticks += 1))
    await waitFor(() => ticks >= 3)
    expect(begun()).toBe(1)
    finish()
  })

  test.concurrent('every — the work fails — it is counted, not thrown, and the next turn comes', async (t) => {
    const metrics = new Registry()
    const jobs = open(t, { metrics })
    let runs = 0
    jobs.every('frail', { seconds: 1 }, async () => {
      runs += 1
      throw new Error('no')
    })
    await waitFor(() => runs >= 2)
    const text = await metrics.metrics()
    expect(text).toMatch(/job_failures_total\{job="frail"\} [12]/)
    expect(text).not.toContain('job_last_success_seconds{job="frail"}')
  })

  test.concurrent('runNow — a run is at work — it is waited for and another follows', async (t) => {
    const jobs = open(t)
    const { work, begun, finish } = heldWork()
    jobs.every('sweep', { seconds: 3600 }, work)
    await waitFor(() => begun() === 1)
    const asked = jobs.runNow('sweep')
    finish()
    await waitFor(() => begun() === 2)
    finish()
    await asked
  })

  test.concurrent('lease — two replicas — one of them runs the job in a period', async (t) => {
    let runs = 0
    let ticks = 0
    for (const jobs of [open(t), open(t)]) {
      jobs.every('audit of two', { seconds: 3600, lease: true }, async () => void (runs += 1))
      jobs.every('ticks', { seconds: 1 }, async () => void (ticks += 1))
    }
    await waitFor(() => runs > 0 && ticks >= 4)
    expect(runs).toBe(1)
  })

  test.concurrent('lease — the run fails — the other replica may try at its next turn', async (t) => {
    const [first, second] = [open(t), open(t)]
    let isFirst = true
    const log: string[] = []
    const work = (name: string) => async (): Promise<void> => {
      log.push(name)
      if (isFirst) {
        isFirst = false
        throw new Error('no')
      }
    }
    first.every('audit that fails', { seconds: 1, lease: true }, work('first'))
    second.every('audit that fails', { seconds: 1, lease: true }, work('second'))
    await waitFor(() => log.length >= 2)
  })

  test.concurrent('close — a job is at work — it is waited for, and none begins afterwards', async (t) => {
    const jobs = open(t)
    const { work, begun, finish } = heldWork()
    jobs.every('sweep', { seconds: 1 }, work)
    await waitFor(() => begun() === 1)
    let isClosed = false
    const closed = jobs.close().then(() => (isClosed = true))
    await new Promise(setImmediate)
    expect(isClosed).toBe(false)
    finish()
    await closed
    expect(begun()).toBe(1)
  })

  test('every — a period that is no whole second, or a name used twice — refused', (t) => {
    const jobs = open(t)
    expect(() => jobs.every('often', { seconds: 0.5 }, async () => {})).toThrow(/whole seconds/)
    jobs.every('once', { seconds: 60 }, async () => {})
    expect(() => jobs.every('once', { seconds: 60 }, async () => {})).toThrow(/already/)
  })

  test('runNow — long before its period is over — runs, and resolves when it is done', async (t) => {
    const metrics = new Registry()
    const jobs = open(t, { metrics })
    let runs = 0
    jobs.every('sweep', { seconds: 3600 }, async () => void (runs += 1))
    await jobs.runNow('sweep')
    await jobs.runNow('sweep')
    expect(runs).toBeGreaterThanOrEqual(2)
    expect(await metrics.metrics()).toMatch(/job_last_success_seconds\{job="sweep"\} 1\.?\d*e?/)
    await expect(jobs.runNow('unknown')).rejects.toThrow(/no job/)
  })

  test('lease — held by a replica at work for longer than the lease — it is renewed, and nobody else runs', async (t) => {
    const [first, second] = [open(t, { leaseMs: 150 }), open(t, { leaseMs: 150 })]
    const { work, begun, finish } = heldWork()
    let rivals = 0
    first.every('long audit', { seconds: 3600, lease: true }, work)
    await waitFor(() => begun() === 1)
    second.every('long audit', { seconds: 3600, lease: true }, async () => void (rivals += 1))
    const startedAtMs = Date.now()
    await waitFor(async () => {
      await second.runNow('long audit')
      return Date.now() - startedAtMs > 450
    })
    expect(rivals).toBe(0)
    finish()
    await first.close()
    await second.runNow('long audit')
    expect(rivals).toBe(1)
  })

  test('lease — its holder has died — another takes it when it has run out', async (t) => {
    const jobs = open(t, { startsLate: true }) // Its own first turn beside the tries here would make two runs of one.
    await db.run(`INSERT INTO job_leases (name, holder, locked_until, not_before) VALUES ('audit left behind', 'dead', :until, 0)`, {
      until: (await db.now()) + 200,
    })
    let runs = 0
    jobs.every('audit left behind', { seconds: 3600, lease: true }, async () => void (runs += 1))
    await jobs.runNow('audit left behind')
    expect(runs).toBe(0)
    await waitFor(async () => {
      await jobs.runNow('audit left behind')
      return runs === 1
    })
  })

  test('close — somebody waits to run a job that is at work — his run does not begin, before the end or after', async (t) => {
    const jobs = open(t, { startsLate: true })
    const { work, begun, finish } = heldWork()
    jobs.every('sweep', { seconds: 3600 }, work)
    const running = jobs.runNow('sweep')
    const asked = jobs.runNow('sweep')
    const closed = jobs.close()
    finish()
    await Promise.all([running, asked, closed])
    await jobs.runNow('sweep')
    expect(begun()).toBe(1)
  })
})
