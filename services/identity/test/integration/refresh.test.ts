import { DEVELOPMENT_SECRET, type Problem, type Tokens } from '@skyhold/contracts'
import { createServiceTokens, type Database, type Transaction } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { RefreshTokenRepository, type RefreshToken, type Spending } from '../../src/repositories/refresh-token.ts'
import { backdateSpending, eventsAbout, type TestIdentity, useIdentity } from '../support/identity.ts'

const AT_ONCE = 50

/** Lets nobody go on before so many have come; later ones pass. */
function meetingOf(parties: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let missing = parties
  return () => {
    missing -= 1
    if (missing <= 0) resolve()
    return promise
  }
}

/** Every request has read the token as live before the first one spends it: the worst that can happen to a rotation. */
class MeetingRefreshTokens extends RefreshTokenRepository {
  readonly #meet: () => Promise<void>

  constructor(db: Database, meet: () => Promise<void>) {
    super(db)
    this.#meet = meet
  }

  override async find(hash: string): Promise<RefreshToken | null> {
    const token = await super.find(hash)
    await this.#meet()
    return token
  }
}

/** The twin of the rotation: spends a token whether or not somebody else has. */
class UnguardedRefreshTokens extends MeetingRefreshTokens {
  readonly #db: Database

  constructor(db: Database, meet: () => Promise<void>) {
    super(db, meet)
    this.#db = db
  }

  override spend({ hash, successor, nowMs }: Spending, tx: Transaction): Promise<number> {
    const { hash: next, sealed } = successor
    return this.#db.run(
      `UPDATE refresh_tokens SET status = 'spent', spent_at = :nowMs, successor_hash = :next, successor_sealed = :sealed WHERE hash = :hash`,
      { hash, next, sealed, nowMs },
      tx,
    )
  }
}

describe.each(databases())('refresh on $name', (kind) => {
  const identity = useIdentity(kind)

  const refresh = (refreshToken: string, at: TestIdentity = identity) =>
    at.call<Tokens & Problem>('POST', '/api/v1/auth/refresh', { body: { refreshToken } })

  async function signedIn(at: TestIdentity = identity): Promise<Tokens & { sessionId: string }> {
    const tokens = await at.signIn(await at.register())
    return { ...tokens, sessionId: String(decodeJwt(tokens.accessToken).sid) }
  }

  /** The different successors that many requests with one token were given. */
  async function successorsOf(refreshToken: string, at: TestIdentity[]): Promise<Set<string>> {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => refresh(refreshToken, at[index % at.length])))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: AT_ONCE }, () => 200))
    return new Set(answers.map(({ body }) => body.refreshToken))
  }

  test('a live token — is traded for new tokens of the same session, which work', async () => {
    const first = await signedIn()
    const { status, body } = await refresh(first.refreshToken)
    expect(status).toBe(200)
    expect(body.refreshToken).not.toBe(first.refreshToken)
    expect(decodeJwt(body.accessToken).sid).toBe(first.sessionId)
    expect((await identity.call('GET', '/api/v1/me', { token: body.accessToken })).status).toBe(200)
    expect((await refresh(body.refreshToken)).status).toBe(200)
  })

  test('a spent token — within ten seconds — answers the same successor, even when that is spent too', async () => {
    const { refreshToken } = await signedIn()
    const first = await refresh(refreshToken)
    const again = await refresh(refreshToken)
    expect(again.body.refreshToken).toBe(first.body.refreshToken)
    await refresh(first.body.refreshToken)
    expect((await refresh(refreshToken)).body.refreshToken).toBe(first.body.refreshToken)
  })

  test('a spent token — later than ten seconds — 401, and the whole family ends with one event', async () => {
    const { refreshToken, accessToken, sessionId } = await signedIn()
    const { body: next } = await refresh(refreshToken)
    await backdateSpending(identity.db, 10_001)
    const reused = await refresh(refreshToken)
    expect(reused.status).toBe(401)
    expect(reused.body.code).toBe('invalid_token')
    expect((await refresh(next.refreshToken)).status).toBe(401)
    expect((await identity.call('GET', '/api/v1/me', { token: accessToken })).status).toBe(401)
    expect((await eventsAbout(identity.db, sessionId)).map(({ type }) => type)).toEqual(['session.revoked'])
    const [row] = await identity.db.rows('SELECT revoked_reason AS reason FROM sessions WHERE id = :sessionId', { sessionId })
    expect(row).toEqual({ reason: 'token_reuse' })
  })

  test('a spent token of the site — within a minute, by a gateway — answers the same successor; later than that it ends the family; nobody else may ask so', async () => {
    const { refreshToken, sessionId } = await signedIn()
    const forSite = async (caller: string) => {
      const token = await createServiceTokens(DEVELOPMENT_SECRET, caller).sign('identity')
      return identity.call<Tokens & Problem>('POST', '/internal/site-sessions/refresh', { token, body: { refreshToken } })
    }
    const first = await forSite('gateway')
    expect(first.status).toBe(200)
    await backdateSpending(identity.db, 59_000)
    expect((await forSite('gateway')).body.refreshToken).toBe(first.body.refreshToken)
    expect((await forSite('notifications')).status).toBe(403)
    await backdateSpending(identity.db, 60_001)
    expect((await forSite('gateway')).status).toBe(401)
    expect((await eventsAbout(identity.db, sessionId)).map(({ type }) => type)).toEqual(['session.revoked'])
  })

  test('a successor — spent after the grace time of its predecessor — leaves nothing sealed behind', async () => {
    const { refreshToken, sessionId } = await signedIn()
    const { body: second } = await refresh(refreshToken)
    await backdateSpending(identity.db, 60_001)
    await refresh(second.refreshToken)
    const ofSession = 'SELECT hash FROM refresh_tokens WHERE session_id = :sessionId'
    const sealed = await identity.db.rows(`${ofSession} AND successor_sealed IS NOT NULL`, { sessionId })
    expect(sealed).toHaveLength(1)
  })

  test('an unknown token — 401 invalid_token', async () => {
    const { status, body, headers } = await refresh('never-issued')
    expect(status).toBe(401)
    expect(body.code).toBe('invalid_token')
    expect(headers.get('www-authenticate')).toBeTruthy()
  })

  test('a token of a session past its thirty days — 401', async () => {
    const { refreshToken, sessionId } = await signedIn()
    await identity.db.run('UPDATE sessions SET expires_at = created_at WHERE id = :sessionId', { sessionId })
    expect((await refresh(refreshToken)).status).toBe(401)
  })

  test(`one token — ${AT_ONCE} times at once on two replicas — has one successor`, async () => {
    const meet = meetingOf(AT_ONCE)
    const parts = { refreshTokens: (db: Database) => new MeetingRefreshTokens(db, meet) }
    const replicas = [await identity.startAnother({ parts }), await identity.startAnother({ parts })]
    const { refreshToken, sessionId } = await signedIn()
    const successors = await successorsOf(refreshToken, replicas)
    expect(successors.size).toBe(1)
    const live = await identity.db.rows(`SELECT hash FROM refresh_tokens WHERE session_id = :sessionId AND status = 'live'`, { sessionId })
    expect(live).toHaveLength(1)
  })

  test(`one token — ${AT_ONCE} times at once without the guard — has several successors, so the guard is what decides`, async () => {
    const meet = meetingOf(AT_ONCE)
    const unguarded = await identity.startAnother({ parts: { refreshTokens: (db) => new UnguardedRefreshTokens(db, meet) } })
    const { refreshToken } = await signedIn()
    const successors = await successorsOf(refreshToken, [unguarded])
    expect(successors.size).toBeGreaterThan(1)
  })

  test('a refresh and a logout — at once, many times — never leave a session that both ended and goes on', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { refreshToken, sessionId } = await signedIn()
      const [refreshed] = await Promise.all([
        refresh(refreshToken),
        identity.call('POST', '/api/v1/auth/logout', { body: { refreshToken } }),
      ])
      if (refreshed.status === 200) expect((await refresh(refreshed.body.refreshToken)).status).toBe(401)
      expect(await eventsAbout(identity.db, sessionId)).toHaveLength(1)
    }
  })
})
