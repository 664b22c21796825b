import type { IntegrityReport } from '@skyhold/contracts'
import { databases, waitFor } from '@skyhold/testkit'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsFor, type Database } from '../../src/database/index.ts'
import { findFaults, Integrity, type IntegrityCheck, integrityTable, outboxCheck } from '../../src/integrity/index.ts'
import { Jobs } from '../../src/jobs.ts'
import { createLogger } from '../../src/logger.ts'
import { Outbox } from '../../src/outbox/index.ts'
import { Service } from '../../src/service.ts'
import { createServiceTokens } from '../../src/tokens.ts'
import { openTables, userRegisteredNow } from '../support/outbox-fixtures.ts'

const SECRET = 'a secret that services share'
const serviceTokens = createServiceTokens(SECRET, 'gateway')

const noEffects: IntegrityCheck = {
  name: 'I0.effects',
  means: 'There is no effect.',
  runbook: 'i0',
  find: (look) => findFaults(look, [{ says: 'an effect', sql: 'SELECT name FROM effects ORDER BY name' }]),
}
const broken: IntegrityCheck = {
  name: 'I0.broken',
  means: 'This cannot be asked.',
  runbook: 'i0',
  find: async (look) => findFaults(look, [{ says: 'nothing', sql: 'SELECT missing FROM nowhere' }]),
}
/** Counts its own runs, by what it is told of the last one. */
const counting: IntegrityCheck = {
  name: 'I0.counting',
  means: 'A check remembers.',
  runbook: 'i0',
  async find({ memory }) {
    const runs = Number(memory?.runs ?? 0) + 1
    return { violations: 0, sample: [], scope: `run ${runs}`, memory: { runs } }
  },
}

describe.each(databases())('integrity on $name', ({ create }) => {
  let db: Database
  let url: string
  let drop: () => Promise<void>
  let service: Service
  let jobs: Jobs
  let lines: string[]

  beforeEach(async () => {
    const created = await create()
    ;({ url, drop } = created)
    db = await openTables(url)
    const queryInterface = db.sequelize.getQueryInterface()
    await integrityTable({ db, queryInterface, columns: columnsFor(queryInterface) })
    lines = []
    const logger = createLogger({ service: 'test', level: 'error', destination: { write: (line) => void lines.push(line) } })
    service = new Service({ name: 'test', host: '127.0.0.1', port: 0, logger, startPatienceSeconds: 5, serviceTokens })
    jobs = new Jobs({ db, logger: pino({ level: 'silent' }), metrics: new Registry(), owner: 'replica 1' })
  })
  afterEach(async () => {
    await jobs.close()
    await service.close()
    await db.close()
    await drop()
  })

  async function start(checks: IntegrityCheck[], outsideChecks: IntegrityCheck[] = []): Promise<Integrity> {
    const integrity = new Integrity({ service, db, url, checks, outsideChecks })
    integrity.schedule(jobs, 3600)
    await service.listen()
    await service.started
    return integrity
  }
  const call = async (method: string, path: string, audience = 'test') => {
    const response = await fetch(service.url + path, { method, headers: { authorization: `Bearer ${await serviceTokens.sign(audience)}` } })
    return { status: response.status, body: (await response.json()) as IntegrityReport }
  }
  const effect = (name: string) => db.run('INSERT INTO effects (name) VALUES (:name)', { name })

  test('a check — that has never looked — is unknown, and not fine', async () => {
    await start([noEffects])
    expect(await call('GET', '/internal/integrity')).toMatchObject({
      status: 200,
      body: { checkedAt: null, checks: [{ service: 'test', name: 'I0.effects', status: 'unknown', violations: null, checkedAt: null }] },
    })
    expect(await service.metrics.metrics()).toMatch(/skyhold_integrity_violations\{check="I0.effects",service="test"\} Nan/i)
  })

  test('a run — asked for — tells what is violated, with the ids, in the answer, the metric and one line of the log', async () => {
    await start([noEffects, counting])
    expect((await call('POST', '/internal/integrity/runs')).body.checks[0]).toMatchObject({ status: 'ok', violations: 0, sample: [] })
    expect(lines).toEqual([])
    await effect('eff_1')
    await effect('eff_2')
    const { body } = await call('POST', '/internal/integrity/runs')
    expect(body.checks[0]).toMatchObject({ status: 'violated', violations: 2, sample: ['an effect: eff_1', 'an effect: eff_2'] })
    expect((await call('GET', '/internal/integrity')).body).toEqual(body)
    expect(await service.metrics.metrics()).toContain('skyhold_integrity_violations{check="I0.effects",service="test"} 2')
    expect(lines).toHaveLength(1)
    const line = JSON.parse(lines[0] ?? '{}') as Record<string, unknown>
    expect(line).toMatchObject({ check: 'I0.effects', violations: 2, sample: ['an effect: eff_1', 'an effect: eff_2'] })
    expect(line.msg).toBe(
      'integrity I0.effects is violated 2 times: an effect: eff_1. What must be true: There is no effect. What to do: docs/runbook.md#i0',
    )
  })

  test('a check — that fails — is unknown and says why, and the others are done', async () => {
    await start([broken, noEffects])
    const { body } = await call('POST', '/internal/integrity/runs')
    expect(body.checks[0]).toMatchObject({ status: 'unknown', violations: null, sample: [expect.stringMatching(/nowhere/)] })
    expect(body.checks[1]).toMatchObject({ status: 'ok' })
    expect(lines.join()).toContain('integrity I0.broken could not look')
  })

  test('a check — with a memory — is told at its next run what it asked to be told', async () => {
    await start([], [counting])
    await call('POST', '/internal/integrity/runs')
    expect((await call('POST', '/internal/integrity/runs')).body.checks[0]).toMatchObject({ scope: 'run 2' })
  })

  test('all checks of a run — while others write — see one instant, and the writers wait for none', async () => {
    const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>()
    let isLooking = false
    const slow: IntegrityCheck = {
      ...noEffects,
      name: 'I0.slow',
      async find(look) {
        isLooking = true
        await goOn
        return noEffects.find(look)
      },
    }
    const integrity = await start([noEffects, slow])
    const run = integrity.runNow()
    await waitFor(() => isLooking, { what: 'the check to look' })
    await effect('eff_late')
    expect(await db.rows('SELECT name FROM effects')).toHaveLength(1)
    letGoOn()
    expect((await run).checks.map(({ violations }) => violations)).toEqual([0, 0])
  })

  test('the job — after its period — runs by itself', async () => {
    const integrity = new Integrity({ service, db, url, checks: [noEffects] })
    integrity.schedule(jobs, 1)
    await effect('eff_1')
    await waitFor(async () => (await integrity.report()).checks[0]?.violations === 1, { what: 'the job to look' })
  })

  test('the routes — with a token for another service — are refused', async () => {
    await start([noEffects])
    expect((await call('GET', '/internal/integrity', 'bookings')).status).toBe(401)
    expect((await call('POST', '/internal/integrity/runs', 'bookings')).status).toBe(401)
  })

  test('I6.outbox — an event that waits for more than a minute — is a violation, a published one is not', async () => {
    const outbox = new Outbox(db, { producer: 'test' })
    await start([outboxCheck])
    const nowMs = await db.now()
    await db.transaction((tx) => outbox.append(tx, [{ ...userRegisteredNow(), occurredAtMs: nowMs }]))
    expect((await call('POST', '/internal/integrity/runs')).body.checks[0]).toMatchObject({ violations: 0 })
    await db.run('UPDATE outbox SET occurred_at = :past', { past: nowMs - 61_000 })
    expect((await call('POST', '/internal/integrity/runs')).body.checks[0]).toMatchObject({
      violations: 1,
      sample: [expect.stringMatching(/^an event that has waited for more than a minute: evt_\S+ user.registered usr_/)],
    })
    await db.run("UPDATE outbox SET state = 'published'")
    expect((await call('POST', '/internal/integrity/runs')).body.checks[0]).toMatchObject({ violations: 0 })
  })
})
