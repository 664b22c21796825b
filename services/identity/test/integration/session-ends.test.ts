import { DEVELOPMENT_SECRET, type Problem, type Tokens } from '@skyhold/contracts'
import { createLogger, createServiceTokens } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LIVE_SESSIONS_MAX, REFRESHES_MAX } from '../../src/domain/session.ts'
import { purgeSessions } from '../../src/jobs/purge-sessions.ts'
import { RefreshTokenRepository } from '../../src/repositories/refresh-token.ts'
import { SessionRepository } from '../../src/repositories/session.ts'
import { countEvents, eventsAbout, PASSWORD, useIdentity } from '../support/identity.ts'

const MANY = 1_200

describe.each(databases())('the end of sessions on $name', (kind) => {
  const logged: string[] = []
  const logger = createLogger({ service: 'identity', level: 'info', destination: { write: (line) => void logged.push(line) } })
  const identity = useIdentity(kind, { parts: { logger } })

  const sessionOf = ({ accessToken }: Tokens) => String(decodeJwt(accessToken).sid)
  const refresh = ({ refreshToken }: Tokens) => identity.call<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken } })

  /** Sessions that were opened earlier than any that are opened by signing in now. */
  async function addSessions(userId: string, count: number, revokedAtMs: number | null = null) {
    const nowMs = await identity.db.now()
    const rows = Array.from({ length: count }, (_, n) => {
      const id = `ses_0${String(n).padStart(8, '0')}${revokedAtMs ?? ''}`
      return [id, userId, nowMs, nowMs, nowMs + 2_592_000_000, revokedAtMs, '', '192.0.2.1', 1]
    })
    await identity.db.run(
      'INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, revoked_at, user_agent, address, version) VALUES :rows',
      { rows },
    )
  }
  const sessionsOf = (userId: string) => identity.db.rows<{ id: string }>('SELECT id FROM sessions WHERE user_id = :userId', { userId })
  const liveOf = async (userId: string) =>
    (await identity.db.rows<{ id: string }>('SELECT id FROM sessions WHERE user_id = :userId AND revoked_at IS NULL', { userId })).length

  /** What the gateway is told, of one user's sessions: other tests end theirs. */
  async function askRevoked(since: number, { id }: { id: string }) {
    const token = await createServiceTokens(DEVELOPMENT_SECRET, 'gateway').sign('identity')
    const path = `/internal/revoked-sessions?since=${since}`
    const { status, body } = await identity.call<{ data: { sessionId: string; revokedAt: number }[]; now: number }>('GET', path, { token })
    const own = new Set((await sessionsOf(id)).map((session) => session.id))
    const data = body.data.filter(({ sessionId }) => own.has(sessionId))
    return { status, data, ids: data.map(({ sessionId }) => sessionId), now: body.now }
  }

  test('one sign-in more than a user may have sessions — ends the oldest, as revoked', async () => {
    const user = await identity.register()
    const oldest = await identity.signIn(user)
    const second = await identity.signIn(user)
    for (let n = 2; n < LIVE_SESSIONS_MAX; n += 1) await identity.signIn(user)
    expect((await refresh(oldest)).status).toBe(200)
    await identity.signIn(user)
    expect(await liveOf(user.id)).toBe(LIVE_SESSIONS_MAX)
    expect((await identity.call('GET', '/api/v1/me', { token: oldest.accessToken })).status).toBe(401)
    expect((await refresh(second)).status).toBe(200)
    expect((await eventsAbout(identity.db, sessionOf(oldest))).map(({ type, aggregate }) => [type, aggregate.sequence])).toEqual([
      ['session.revoked', 3],
    ])
    expect((await askRevoked(0, user)).ids).toEqual([sessionOf(oldest)])
    const [row] = await identity.db.rows('SELECT revoked_reason AS reason FROM sessions WHERE id = :id', { id: sessionOf(oldest) })
    expect(row).toEqual({ reason: 'too_many' })
  })

  test('many sessions — ended by a new password — end in one moment, each with its event, and the one at hand goes on', async () => {
    const user = await identity.register()
    const { accessToken } = await identity.signIn(user)
    await addSessions(user.id, MANY)
    const body = { currentPassword: PASSWORD, newPassword: 'nine green umbrellas' }
    expect((await identity.call('PUT', '/api/v1/me/password', { token: accessToken, body })).status).toBe(204)
    expect(await liveOf(user.id)).toBe(1)
    const ended = 'SELECT DISTINCT revoked_at, version FROM sessions WHERE user_id = :id AND revoked_at IS NOT NULL'
    const moments = await identity.db.rows(ended, { id: user.id })
    expect(moments).toEqual([{ revoked_at: expect.any(Number), version: 2 }])
    expect(await countEvents(identity.db, 'session.revoked', user.id)).toBe(MANY)
    expect((await eventsAbout(identity.db, 'ses_000000007'))[0]?.aggregate.sequence).toBe(2)
    expect((await identity.call('GET', '/api/v1/me', { token: accessToken })).status).toBe(200)
  })

  test('a revocation — committed half a minute after its statement — is told to whoever has asked in between', async () => {
    const user = await identity.register()
    const sid = sessionOf(await identity.signIn(user))
    const { now } = await askRevoked(0, user)
    await identity.db.run('UPDATE sessions SET revoked_at = :at WHERE id = :sid', { sid, at: now - 30_000 })
    expect((await askRevoked(now, user)).ids).toEqual([sid])
  })

  test('revocations of one moment — more than an answer has room for — are all told, and then those after them', async () => {
    const user = await identity.register()
    // So many would stand in the way of what other tests ask for.
    onTestFinished(async () => void (await identity.db.run('DELETE FROM sessions WHERE user_id = :id', { id: user.id })))
    const nowMs = await identity.db.now()
    for (let n = 0; n < 2; n += 1) await addSessions(user.id, 5_500, nowMs - 100_000 + n)
    const seen = new Set<string>()
    let since = 0
    for (let n = 0; n < 3; n += 1) {
      const { ids, now } = await askRevoked(since, user)
      for (const id of ids) seen.add(id)
      since = now
    }
    expect(seen.size).toBe(11_000)
    expect((await askRevoked(since, user)).ids).toEqual([])
  })

  test('a session — renewed more often than there is need — ends its renewals', async () => {
    const tokens = await identity.signIn(await identity.register())
    await identity.db.run('UPDATE sessions SET version = :version WHERE id = :id', { version: REFRESHES_MAX, id: sessionOf(tokens) })
    const { status, body } = await refresh(tokens)
    expect(status).toBe(200)
    expect((await refresh(body)).status).toBe(401)
  })

  test('/internal/revoked-sessions — with a service token — what was revoked since, with an overlap; others are refused', async () => {
    const user = await identity.register()
    const [ended, other] = [await identity.signIn(user), await identity.signIn(user)]
    const empty = await askRevoked(0, user)
    expect(empty.data).toEqual([])
    await identity.call('POST', '/api/v1/auth/logout', { body: { refreshToken: ended.refreshToken } })
    const answer = await askRevoked(empty.now, user)
    expect(answer.status).toBe(200)
    expect(answer.data).toEqual([{ sessionId: sessionOf(ended), revokedAt: expect.any(Number) }])
    expect((await askRevoked(answer.now, user)).data).toHaveLength(1)
    expect((await askRevoked(answer.now + 120_000, user)).data).toEqual([])
    await identity.db.run('UPDATE sessions SET revoked_at = revoked_at - 900001 WHERE id = :id', { id: sessionOf(ended) })
    expect((await askRevoked(0, user)).data).toEqual([])

    const forAnother = await createServiceTokens(DEVELOPMENT_SECRET, 'gateway').sign('bookings')
    const path = '/internal/revoked-sessions'
    for (const token of [other.accessToken, forAnother]) expect((await identity.call('GET', `${path}?since=0`, { token })).status).toBe(401)
    expect((await identity.call<Problem>('GET', path)).status).toBe(401)
  })

  test('the purge — a day past the end of a session — takes it with its tokens and leaves the others', async () => {
    const user = await identity.register()
    const [old, live] = [await identity.signIn(user), await identity.signIn(user)]
    await identity.db.run('UPDATE sessions SET expires_at = expires_at - 2764800000 WHERE id = :id', { id: sessionOf(old) })
    const { db } = identity
    await purgeSessions({ db, sessions: new SessionRepository(db), refreshTokens: new RefreshTokenRepository(db) })
    expect(await sessionsOf(user.id)).toEqual([{ id: sessionOf(live) }])
    const tokens = 'SELECT session_id AS id FROM refresh_tokens WHERE session_id IN (:ids)'
    expect(await db.rows(tokens, { ids: [old, live].map(sessionOf) })).toEqual([{ id: sessionOf(live) }])
  })

  test('the purge — a day after a session was revoked — takes its tokens, and leaves the session and the tokens of others', async () => {
    const user = await identity.register()
    const [ended, lately, live] = [await identity.signIn(user), await identity.signIn(user), await identity.signIn(user)]
    for (const { refreshToken } of [ended, lately]) await identity.call('POST', '/api/v1/auth/logout', { body: { refreshToken } })
    await identity.db.run('UPDATE sessions SET revoked_at = revoked_at - 86400001 WHERE id = :id', { id: sessionOf(ended) })
    const { db } = identity
    await purgeSessions({ db, sessions: new SessionRepository(db), refreshTokens: new RefreshTokenRepository(db) })
    const ids = [ended, lately, live].map(sessionOf)
    const tokens = 'SELECT session_id AS id FROM refresh_tokens WHERE session_id IN (:ids) ORDER BY session_id'
    const left = await db.rows<{ id: string }>(tokens, { ids })
    expect(left.map(({ id }) => id)).toEqual([sessionOf(lately), sessionOf(live)].sort())
    expect(await sessionsOf(user.id)).toHaveLength(3)
    expect((await refresh(ended)).status).toBe(401)
  })

  test('a sign-in — that succeeds — is in the log with its user and its session, and without a secret', async () => {
    const user = await identity.register()
    const tokens = await identity.signIn(user)
    const line = logged.find((each) => each.includes('"msg":"signed in"') && each.includes(user.id)) ?? ''
    expect(line).toContain(`"userId":"${user.id}"`)
    expect(line).toContain(`"sessionId":"${sessionOf(tokens)}"`)
    for (const secret of [PASSWORD, user.email, tokens.refreshToken, tokens.accessToken]) expect(logged.join()).not.toContain(secret)
  })
})
