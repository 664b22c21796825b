import { DEVELOPMENT_SECRET, type Problem, type Tokens } from '@skyhold/contracts'
import { createServiceTokens } from '@skyhold/platform'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEMO_AGENT } from '../../src/app.ts'
import { purgeSessions } from '../../src/jobs/purge-sessions.ts'
import { RefreshTokenRepository } from '../../src/repositories/refresh-token.ts'
import { SessionRepository } from '../../src/repositories/session.ts'
import { ADMIN, startIdentity, type TestIdentity } from '../support/identity.ts'

describe.each(databases())('identity starting on $name', (kind) => {
  let database: TestDatabase
  const running: TestIdentity[] = []

  beforeEach(async () => {
    database = await kind.create()
  })
  afterEach(async () => {
    for (const identity of running.splice(0)) await identity.close()
    await database.drop()
  })

  async function start(env: Record<string, string> = {}): Promise<TestIdentity> {
    const identity = await startIdentity({ url: database.url, env })
    running.push(identity)
    return identity
  }

  async function stop(identity: TestIdentity): Promise<void> {
    running.splice(running.indexOf(identity), 1)
    await identity.close()
  }

  test('a restart — keeps keys, sessions and accounts', async () => {
    const before = await start()
    const user = await before.register()
    const tokens = await before.signIn(user)
    await stop(before)
    const after = await start()
    expect((await after.call('GET', '/api/v1/me', { token: tokens.accessToken })).status).toBe(200)
    const refreshed = await after.call<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken: tokens.refreshToken } })
    expect(refreshed.status).toBe(200)
    expect(decodeProtectedHeader(refreshed.body.accessToken).kid).toBe(decodeProtectedHeader(tokens.accessToken).kid)
  })

  test('four replicas — starting at once — make one key and one administrator, and accept each other’s tokens', async () => {
    const replicas = await Promise.all(Array.from({ length: 4 }, () => start()))
    const [first] = replicas
    if (!first) throw new Error('No replica started.')
    expect(await first.db.rows('SELECT kid FROM signing_keys')).toHaveLength(1)
    expect(await first.db.rows(`SELECT id FROM users WHERE email_normalized = :email`, { email: ADMIN.email })).toHaveLength(1)
    const { accessToken } = await first.signIn(ADMIN)
    for (const replica of replicas) expect((await replica.call('GET', '/api/v1/users', { token: accessToken })).status).toBe(200)
  })

  test('another KEY_ENCRYPTION_SECRET — than the keys were sealed with — does not start, and does not wait for a better one', async () => {
    await stop(await start())
    await expect(start({ KEY_ENCRYPTION_SECRET: 'another secret, which is long enough' })).rejects.toThrow(
      'KEY_ENCRYPTION_SECRET is not the one',
    )
  })

  test('another ADMIN_PASSWORD — at a later start — changes nothing', async () => {
    await stop(await start())
    const identity = await start({ ADMIN_PASSWORD: 'a later idea of mine' })
    await identity.signIn(ADMIN)
    const answer = await identity.call('POST', '/api/v1/auth/login', { body: { email: ADMIN.email, password: 'a later idea of mine' } })
    expect(answer.status).toBe(401)
  })

  test('ADMIN_EMAIL — of an account that somebody registered — gives that account no role', async () => {
    const before = await start({ ADMIN_EMAIL: 'somebody@skyhold.example' })
    const user = await before.register({ email: 'later-admin@mail.example' })
    await stop(before)
    const after = await start({ ADMIN_EMAIL: 'later-admin@mail.example' })
    expect(decodeJwt((await after.signIn(user)).accessToken).roles).toEqual(['customer'])
  })

  test('SEED=demo — makes the agent of the demonstration', async () => {
    const identity = await start({ SEED: 'demo' })
    expect(decodeJwt((await identity.signIn(DEMO_AGENT)).accessToken).roles).toEqual(['customer', 'agent'])
  })

  test('/internal/revoked-sessions — with a service token — what was revoked since, with an overlap; others are refused', async () => {
    const identity = await start()
    const user = await identity.register()
    const [ended, other] = [await identity.signIn(user), await identity.signIn(user)]
    const serviceToken = await createServiceTokens(DEVELOPMENT_SECRET, 'gateway').sign('identity')
    const ask = (since: number, token = serviceToken) =>
      identity.call<{ data: { sessionId: string; revokedAt: number }[]; now: number }>('GET', `/internal/revoked-sessions?since=${since}`, {
        token,
      })
    const empty = await ask(0)
    expect(empty.body.data).toEqual([])
    await identity.call('POST', '/api/v1/auth/logout', { body: { refreshToken: ended.refreshToken } })
    const answer = await ask(empty.body.now)
    expect(answer.status).toBe(200)
    expect(answer.body.data).toEqual([{ sessionId: decodeJwt(ended.accessToken).sid, revokedAt: expect.any(Number) }])
    expect((await ask(answer.body.now)).body.data).toHaveLength(1)
    expect((await ask(answer.body.now + 120_000)).body.data).toEqual([])
    await identity.db.run('UPDATE sessions SET revoked_at = revoked_at - 900001 WHERE revoked_at IS NOT NULL')
    expect((await ask(0)).body.data).toEqual([])

    const forAnother = await createServiceTokens(DEVELOPMENT_SECRET, 'gateway').sign('bookings')
    for (const token of [other.accessToken, forAnother]) expect((await ask(0, token)).status).toBe(401)
    expect((await identity.call<Problem>('GET', '/internal/revoked-sessions')).status).toBe(401)
  })

  test('the purge — a day past the end of a session — takes it with its tokens and leaves the others', async () => {
    const identity = await start()
    const user = await identity.register()
    const [old, live] = [await identity.signIn(user), await identity.signIn(user)]
    const id = String(decodeJwt(old.accessToken).sid)
    await identity.db.run('UPDATE sessions SET expires_at = expires_at - 2764800000 WHERE id = :id', { id })
    const { db } = identity
    await purgeSessions({ db, sessions: new SessionRepository(db), refreshTokens: new RefreshTokenRepository(db) })
    expect(await db.rows('SELECT id FROM sessions')).toEqual([{ id: decodeJwt(live.accessToken).sid }])
    expect(await db.rows('SELECT hash FROM refresh_tokens')).toHaveLength(1)
  })
})
