import { createHash } from 'node:crypto'
import { DEVELOPMENT_SECRET, type Problem, type Tokens } from '@skyhold/contracts'
import { createLogger, createMetrics, type Database, Jobs, openDatabase } from '@skyhold/platform'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addPurgeLoginTries } from '../../src/jobs/purge-login-tries.ts'
import { LoginTriesRepository } from '../../src/repositories/login-tries.ts'
import { HashingQueue } from '../../src/services/hashing-queue.ts'
import { createLoginLimit, type LoginLimit } from '../../src/services/login-limit.ts'
import { mailedToken, PASSWORD, registration, type TestIdentity, useIdentity, withoutRequestId } from '../support/identity.ts'

const OWNER = '192.0.2.7'
const QUOTA = 3
const LIMITED = { RATE_LIMIT_LOGIN_PER_MINUTE: String(QUOTA) }
const logger = createLogger({ service: 'test', level: 'silent' })

class CountingQueue extends HashingQueue {
  runs = 0

  override run<T>(work: () => Promise<T>): Promise<T> {
    this.runs += 1
    return super.run(work)
  }
}

describe.each(databases())('the login limit of an account on $name', (kind) => {
  const hashingQueue = new CountingQueue({ concurrency: 2, waitingMax: 256 })
  const identity = useIdentity(kind, { env: LIMITED, parts: { hashingQueue } })

  /** The limit by itself, over a connection of its own. */
  function ownLimit(): { db: Database; limit: LoginLimit } {
    const db = openDatabase({ url: identity.url, logger })
    onTestFinished(() => db.close())
    return { db, limit: createLoginLimit({ db, tries: new LoginTriesRepository(db), quota: QUOTA, keySecret: DEVELOPMENT_SECRET, logger }) }
  }
  const tryOfNobody = () => ({ email: registration().email, knownPlace: null })

  const login = (email: string, { password = 'a wrong password', from = '198.51.100.1' } = {}) =>
    identity.call<Tokens & Problem>('POST', '/api/v1/auth/login', { body: { email, password }, headers: { 'x-forwarded-for': from } })

  /** Wrong passwords, each from an address of its own. */
  const guess = async (email: string, count: number) => {
    const statuses: number[] = []
    for (let n = 1; n <= count; n += 1) statuses.push((await login(email, { from: `198.51.100.${n}` })).status)
    return statuses
  }

  test('guesses — from many addresses, at an account and at none — are one and the same 429 past their number, without a hash', async () => {
    const user = await identity.register()
    const refused = []
    for (const email of [user.email, registration().email]) {
      expect(await guess(email, QUOTA)).toEqual([401, 401, 401])
      const runsBefore = hashingQueue.runs
      const answer = await login(email.toUpperCase())
      expect(answer.status).toBe(429)
      expect(hashingQueue.runs).toBe(runsBefore)
      const seconds = Number(answer.headers.get('retry-after'))
      expect(seconds).toBeGreaterThan(0)
      expect(seconds).toBeLessThanOrEqual(60)
      refused.push({ ...withoutRequestId(answer.body), detail: answer.body.detail?.replace(/\d+ s/, 'n s') })
    }
    expect(refused[0]).toMatchObject({ code: 'rate_limited', instance: '/api/v1/auth/login' })
    expect(refused[1]).toEqual(refused[0])
  })

  test('the owner — under attack, where he has signed in before — gets in; a stranger with the right password waits', async () => {
    const user = await identity.register()
    expect((await login(user.email, { password: PASSWORD, from: OWNER })).status).toBe(200)
    await guess(user.email, QUOTA + 2)
    expect((await login(user.email, { password: PASSWORD, from: OWNER })).status).toBe(200)
    expect((await login(user.email, { password: PASSWORD, from: '203.0.113.9' })).status).toBe(429)
  })

  test('the owner’s address — guessing too — is limited by itself', async () => {
    const user = await identity.register()
    await login(user.email, { password: PASSWORD, from: OWNER })
    const statuses: number[] = []
    for (let n = 0; n <= QUOTA; n += 1) statuses.push((await login(user.email, { from: OWNER })).status)
    expect(statuses).toEqual([401, 401, 401, 429])
    expect((await login(user.email, { password: PASSWORD, from: '203.0.113.9' })).status).toBe(200)
  })

  test('the owner — under attack, at another address of the /64 where he has signed in before — gets in; his neighbour of the next /64 waits', async () => {
    const user = await identity.register()
    expect((await login(user.email, { password: PASSWORD, from: '2001:db8:1:2:aaaa:bbbb:cccc:1' })).status).toBe(200)
    await guess(user.email, QUOTA + 1)
    expect((await login(user.email, { password: PASSWORD, from: '2001:db8:1:2:dddd:eeee:ffff:2' })).status).toBe(200)
    expect((await login(user.email, { password: PASSWORD, from: '2001:db8:1:3:aaaa:bbbb:cccc:1' })).status).toBe(429)
  })

  test('the owner — who signed in when no place was kept yet — is known by his address', async () => {
    const user = await identity.register()
    expect((await login(user.email, { password: PASSWORD, from: OWNER })).status).toBe(200)
    await identity.db.run("UPDATE sessions SET place = '' WHERE user_id = :id", { id: user.id })
    await guess(user.email, QUOTA + 1)
    expect((await login(user.email, { password: PASSWORD, from: OWNER })).status).toBe(200)
    expect((await login(user.email, { password: PASSWORD, from: '192.0.2.8' })).status).toBe(429)
  })

  test('right passwords — more than the number, from new addresses — are all let in', async () => {
    const user = await identity.register()
    for (let n = 1; n <= QUOTA + 2; n += 1)
      expect((await login(user.email, { password: PASSWORD, from: `203.0.113.${n}` })).status).toBe(200)
  })

  test('guesses — thirty at once — make no more hashes than their number', async () => {
    const user = await identity.register()
    const runsBefore = hashingQueue.runs
    const answers = await Promise.all(Array.from({ length: 30 }, () => login(user.email)))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(QUOTA)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30 - QUOTA)
    expect(hashingQueue.runs - runsBefore).toBe(QUOTA)
  })

  test('guesses — at two replicas, and at one that has just started — are counted together', async () => {
    const user = await identity.register()
    const other = await identity.startAnother({ env: LIMITED })
    const at = (replica: TestIdentity, password = 'a wrong password') =>
      replica.call('POST', '/api/v1/auth/login', { body: { email: user.email, password } }).then(({ status }) => status)
    expect([await at(identity), await at(other), await at(identity)]).toEqual([401, 401, 401])
    expect([await at(identity), await at(other)]).toEqual([429, 429])
    await other.close()
    const restarted = await identity.startAnother({ env: LIMITED })
    expect(await at(restarted, PASSWORD)).toBe(429)
  })

  test('a password that was reset — after others have used the tries up — lets its owner in at once', async () => {
    const user = await identity.register()
    await guess(user.email, QUOTA + 1)
    expect((await login(user.email, { password: PASSWORD })).status).toBe(429)
    const password = 'nine green umbrellas'
    expect((await identity.call('POST', '/api/v1/auth/password-resets', { body: { email: user.email } })).status).toBe(202)
    const link = await waitFor(() => mailedToken(identity, user.id, 'user.password_reset_requested'))
    const path = '/api/v1/auth/password-resets/confirmation'
    expect((await identity.call('POST', path, { body: { token: link.secret, password } })).status).toBe(204)
    expect((await login(user.email, { password })).status).toBe(200)
  })

  test('a right password — between wrong ones — gives back its own try and no other', async () => {
    const user = await identity.register()
    const statuses: number[] = []
    for (const password of ['wrong', PASSWORD, 'wrong', PASSWORD, 'wrong', PASSWORD])
      statuses.push((await login(user.email, { password, from: `203.0.113.${statuses.length}` })).status)
    expect(statuses).toEqual([401, 200, 401, 200, 401, 429])
  })

  test('a try that ends when it is forgotten — leaves the later ones their own', async () => {
    const { db, limit } = ownLimit()
    const tried = tryOfNobody()
    const late = await limit.take(tried)
    await db.run('UPDATE login_tries SET window_start = window_start - 3600000')
    for (let n = 0; n < QUOTA; n += 1) await limit.take({ ...tried, email: `${tried.email.toUpperCase()} ` })
    await late.giveBack()
    await expect(limit.take(tried)).rejects.toMatchObject({ code: 'rate_limited' })
  })

  test('a try given back twice — counts once', async () => {
    const { limit } = ownLimit()
    const tried = tryOfNobody()
    const first = await limit.take(tried)
    await limit.take(tried)
    await first.giveBack()
    await first.giveBack()
    await limit.take(tried)
    await limit.take(tried)
    await expect(limit.take(tried)).rejects.toMatchObject({ code: 'rate_limited' })
  })

  test('a try that cannot be given back — because the database is away — fails nobody', async () => {
    const { db, limit } = ownLimit()
    const tried = await limit.take(tryOfNobody())
    await db.close()
    await expect(tried.giveBack()).resolves.toBeUndefined()
  })

  test('what is stored — names neither an address nor what was typed in its place', async () => {
    const idsNow = async () => (await identity.db.rows<{ id: string }>('SELECT id FROM login_tries')).map(({ id }) => id)
    const before = await idsNow()
    await login('six blue suitcases')
    const added = (await idsNow()).filter((id) => !before.includes(id))
    const plain = createHash('sha256')
      .update(JSON.stringify(['six blue suitcases', null]))
      .digest('base64url')
    expect(added).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
    expect(added).not.toEqual([plain])
  })

  test('the purge — of what makes nobody wait — leaves tries that still count and an account that has strikes', async () => {
    const { db } = identity
    const tries = new LoginTriesRepository(db)
    const nowMs = await db.now()
    const hourAgo = nowMs - 3_601_000
    const rows = { running: [nowMs - 120_000, 0], quiet: [hourAgo, 0], struck: [hourAgo, nowMs - 60_000] } as const
    for (const [id, [windowStartMs, closedUntilMs]] of Object.entries(rows))
      await db.transaction(async (tx) => {
        await tries.lock(id, tx)
        await tries.store(id, { failed: 1, windowStartMs, closedUntilMs, strikes: 1 }, tx)
      })
    const planted = () => db.rows<{ id: string }>('SELECT id FROM login_tries WHERE id IN (:ids) ORDER BY id', { ids: Object.keys(rows) })
    const jobs = new Jobs({ db, logger, metrics: createMetrics('test'), owner: 'test', startsLate: true })
    addPurgeLoginTries(jobs, { db, loginTries: tries })
    // The service may be at it just now, and then this run does nothing.
    await waitFor(async () => {
      await jobs.runNow('purge-login-tries')
      return (await planted()).length < 3
    })
    const left = await planted()
    expect(left.map(({ id }) => id)).toEqual(['running', 'struck'])
    await jobs.close()
  })

  test('RATE_LIMIT_PER_MINUTE=0 — turns the limit off', async () => {
    const unlimited = await identity.startAnother({ env: { RATE_LIMIT_LOGIN_PER_MINUTE: '1', RATE_LIMIT_PER_MINUTE: '0' } })
    const body = { email: registration().email, password: PASSWORD }
    for (let n = 0; n < 4; n += 1) expect((await unlimited.call('POST', '/api/v1/auth/login', { body })).status).toBe(401)
  })
})
