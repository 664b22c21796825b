import type { Problem, Tokens } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { databases, waitFor } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import type { Session } from '../../src/domain/session.ts'
import { SessionRepository } from '../../src/repositories/session.ts'
import { UserRepository } from '../../src/repositories/user.ts'
import { GatedQueue } from '../support/gated-queue.ts'
import { type Answer, countEvents, PASSWORD, registration, resetPassword, type TestIdentity, useIdentity } from '../support/identity.ts'
import { logIn, movingClock, setUpSecondFactor } from '../support/second-factor.ts'

const NEW_PASSWORD = 'seven green umbrellas'
/** Made with half the passes of today, of PASSWORD: the next sign-in makes it anew. */
const WEAK_HASH = { memoryCost: 19_456, timeCost: 1, parallelism: 1 }

/** The twin of the passwords: a new one is not counted. */
class UncountedPasswords extends UserRepository {
  readonly #db: Database

  constructor(db: Database) {
    super(db)
    this.#db = db
  }

  override async setHash(id: string, change: { to: string; nowMs: number; tx: Transaction }): Promise<void> {
    await super.setHash(id, change)
    await this.#db.run('UPDATE users SET password_version = password_version - 1 WHERE id = :id', { id }, change.tx)
  }
}

/** The twin of the second look at a session: it finds every session alive. */
class EverlastingSessions extends SessionRepository {
  override async lock(id: string, tx: Transaction): Promise<Session | null> {
    const session = await super.lock(id, tx)
    return session && { ...session, revokedAtMs: null }
  }
}

/** What was begun with the old password must come to nothing when that password is not good any more. */
describe.each(databases())('a password that changes under way on $name', (kind) => {
  const clock = movingClock()
  const hashingQueue = new GatedQueue()
  const parts = { hashingQueue, now: clock.now }
  const identity = useIdentity(kind, { parts })

  const put = (path: string, body: unknown, token: string, at: TestIdentity = identity) =>
    at.call<Problem>('PUT', `/api/v1/me/${path}`, { body, token })

  /** Lets `begin` check its password, resets it by mail, and only then lets it go on. */
  async function overtaken<T>(
    user: { id: string; email: string },
    begin: () => Promise<Answer<T>>,
    at: TestIdentity = identity,
  ): Promise<Answer<T>> {
    const gate = hashingQueue.close()
    const begun = begin()
    await waitFor(async () => hashingQueue.held > 0)
    gate.admit()
    await resetPassword(at, user, NEW_PASSWORD)
    gate.open()
    return begun
  }

  const liveSessions = (userId: string) =>
    identity.db.rows('SELECT id FROM sessions WHERE user_id = :userId AND revoked_at IS NULL', { userId })
  const factorsOf = (userId: string) => identity.db.rows('SELECT user_id FROM second_factors WHERE user_id = :userId', { userId })

  test('a sign-in — overtaken by a reset — is refused as one with a wrong password, and opens nothing', async () => {
    const user = await identity.register()
    const answer = await overtaken(user, () => logIn(identity, user))
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials'])
    expect(await liveSessions(user.id)).toEqual([])
    expect((await logIn(identity, { ...user, password: NEW_PASSWORD })).status).toBe(200)
  })

  test('a sign-in — overtaken by a reset where passwords are not counted — opens a session, so the count is what decides', async () => {
    const user = await identity.register()
    const uncounted = await identity.startAnother({ parts: { ...parts, users: (db) => new UncountedPasswords(db) } })
    const answer = await overtaken<Tokens & Problem>(user, () => logIn(uncounted, user), uncounted)
    expect(answer.status).toBe(200)
    expect(await liveSessions(user.id)).toHaveLength(1)
  })

  test('two sign-ins at once — that both make a weak hash anew — are both let in: the password is the same', async () => {
    const { hash } = await import('@node-rs/argon2')
    const user = await identity.register()
    const weak = await hash(PASSWORD, WEAK_HASH)
    await identity.db.run('UPDATE users SET password_hash = :weak WHERE id = :id', { weak, id: user.id })
    const costly = await identity.startAnother({ parts, hashing: 'as in production' })
    const gate = hashingQueue.close()
    const both = [logIn(costly, user), logIn(costly, user)]
    await waitFor(async () => hashingQueue.held === 2)
    gate.open()
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200])
    const [row] = await identity.db.rows<{ present: string }>('SELECT password_hash AS present FROM users WHERE id = :id', { id: user.id })
    expect(row?.present).not.toBe(weak)
  })

  /** What a signed-in person does with his password, each on a token that was good when it began. */
  const OWN_CHANGES: [name: string, begin: (at: TestIdentity, token: string) => Promise<Answer<Problem>>][] = [
    ['PUT /me/email', (at, token) => put('email', { email: registration().email, password: PASSWORD }, token, at)],
    ['PUT /me/password', (at, token) => put('password', { currentPassword: PASSWORD, newPassword: 'one more good word' }, token, at)],
    ['POST /me/second-factor', (at, token) => at.call('POST', '/api/v1/me/second-factor', { token, body: { password: PASSWORD } })],
  ]

  test.each(OWN_CHANGES)('%s — overtaken by a reset, which has ended its session — is 401 and changes nothing', async (_name, begin) => {
    const user = await identity.register()
    const { accessToken } = await identity.signIn(user)
    const links = await countEvents(identity.db, 'user.verification_requested', user.id)
    expect((await overtaken(user, () => begin(identity, accessToken))).status).toBe(401)
    expect(await countEvents(identity.db, 'user.verification_requested', user.id)).toBe(links)
    expect(await countEvents(identity.db, 'user.access_changed', user.id)).toBe(1)
    expect(await factorsOf(user.id)).toEqual([])
    expect((await logIn(identity, { ...user, password: NEW_PASSWORD })).status).toBe(200)
  })

  test('DELETE /me/second-factor — overtaken by a reset — is 401, and the second factor stays', async () => {
    const user = await identity.register()
    const { accessToken: token } = await identity.signIn(user)
    const { nextCode } = await setUpSecondFactor(identity, clock, { ...user, token })
    const body = { password: PASSWORD, code: nextCode() }
    const answer = await overtaken(user, () => identity.call<Problem>('DELETE', '/api/v1/me/second-factor', { token, body }))
    expect(answer.status).toBe(401)
    expect(await factorsOf(user.id)).toEqual([{ user_id: user.id }])
  })

  test('PUT /me/email — overtaken by a change of the password in the same session — is refused as with a wrong password', async () => {
    const user = await identity.register()
    const { accessToken } = await identity.signIn(user)
    const gate = hashingQueue.close()
    const change = put('email', { email: registration().email, password: PASSWORD }, accessToken)
    await waitFor(async () => hashingQueue.held === 1)
    gate.admit()
    expect((await put('password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, accessToken)).status).toBe(204)
    gate.open()
    expect((await change).body).toMatchObject({ status: 400, errors: [{ pointer: '/password', code: 'wrong_password' }] })
  })

  test('PUT /me/email — overtaken by the end of its session alone — is 401; without the second look its link is sent', async () => {
    const unguarded = await identity.startAnother({ parts: { ...parts, sessions: (db) => new EverlastingSessions(db) } })
    const outcomes: number[] = []
    for (const at of [identity, unguarded]) {
      const user = await identity.register()
      const [own, other] = [await identity.signIn(user), await identity.signIn(user)]
      const gate = hashingQueue.close()
      const change = put('email', { email: registration().email, password: PASSWORD }, own.accessToken, at)
      await waitFor(async () => hashingQueue.held === 1)
      gate.admit()
      const path = `/api/v1/me/sessions/${String(decodeJwt(own.accessToken).sid)}`
      expect((await identity.call('DELETE', path, { token: other.accessToken })).status).toBe(204)
      gate.open()
      outcomes.push((await change).status)
    }
    expect(outcomes).toEqual([401, 202])
  })
})
