import type { Problem, Tokens } from '@skyhold/contracts'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HashingQueue } from '../../src/services/hashing-queue.ts'
import { PASSWORD, startIdentity, type TestIdentity, withoutRequestId } from '../support/identity.ts'

const OWNER = '192.0.2.7'
const QUOTA = 3

class CountingQueue extends HashingQueue {
  runs = 0

  override run<T>(work: () => Promise<T>): Promise<T> {
    this.runs += 1
    return super.run(work)
  }
}

describe.each(databases())('the login limit of an account on $name', (kind) => {
  let database: TestDatabase
  let identity: TestIdentity
  let hashingQueue: CountingQueue

  beforeEach(async () => {
    database = await kind.create()
    hashingQueue = new CountingQueue({ concurrency: 2, waitingMax: 256 })
    identity = await startIdentity({ url: database.url, env: { RATE_LIMIT_LOGIN_PER_MINUTE: String(QUOTA) }, parts: { hashingQueue } })
  })
  afterEach(async () => {
    await identity.close()
    await database.drop()
  })

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
    for (const email of [user.email, 'nobody@mail.example']) {
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

  test('RATE_LIMIT_PER_MINUTE=0 — turns the limit off', async () => {
    const unlimited = await startIdentity({ url: database.url, env: { RATE_LIMIT_LOGIN_PER_MINUTE: '1', RATE_LIMIT_PER_MINUTE: '0' } })
    const body = { email: 'nobody@mail.example', password: PASSWORD }
    for (let n = 0; n < 4; n += 1) expect((await unlimited.call('POST', '/api/v1/auth/login', { body })).status).toBe(401)
    await unlimited.close()
  })
})
