import { DEVELOPMENT_SECRET, type IntegrityEntry, type IntegrityReport } from '@skyhold/contracts'
import { createServiceTokens } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { ADMIN, PASSWORD, registration, resetPassword, useIdentity, verifyAddress } from '../support/identity.ts'

const NEW_PASSWORD = 'seven green umbrellas'
const EVENTS = 'I6.events-and-state'

const EVENT = (type: string, aggregate: string) =>
  `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, state, published_at, occurred_at)
   VALUES ('evt_planted', '${type}', 'planted', '${aggregate}', '{}', 'published', :nowMs, :nowMs)`
const AGAIN = (aggregate: string) =>
  `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, state, published_at, occurred_at)
   SELECT 'evt_planted', type, aggregate_type, aggregate_id, payload, 'published', :nowMs, occurred_at FROM outbox WHERE ${aggregate}`
const OF_LINK = `type = 'user.verification_requested' AND payload LIKE :about`
const OF_CHANGE = `type = 'user.access_changed' AND payload LIKE :about`

/** Each with a statement about a user who has registered, signed in, and set another password, which has ended one of his two sessions. */
const PLANTED: readonly [what: string, sql: string, says: RegExp][] = [
  ['nobody was told of a registration', 'DELETE FROM outbox WHERE aggregate_id = :userId', /a registration without its event .*: usr_\w+$/],
  [
    'nobody was told of the end of a session',
    'DELETE FROM outbox WHERE aggregate_id = :sessionId',
    /the end of a session without its event .*: ses_\w+$/,
  ],
  [
    'nobody was told of another password',
    `DELETE FROM outbox WHERE ${OF_CHANGE}`,
    /a change of access without its event .*: \d+ user.password_changed usr_\w+$/,
  ],
  ['a link was never sent', `DELETE FROM outbox WHERE ${OF_LINK}`, /a link by e-mail without its event .*: usr_\w+ verify_email \d+$/],
  [
    'a registration was told that is none',
    EVENT('user.registered', 'usr_planted'),
    /an event without its account .*: evt_planted usr_planted$/,
  ],
  [
    'the end of a session was told, and it lives',
    'UPDATE sessions SET revoked_at = NULL WHERE id = :sessionId',
    /an event of the end of a session that lives .*: evt_\w+ ses_\w+$/,
  ],
  [
    'a change of access was told that nobody has written down',
    `DELETE FROM audit WHERE subject_id = :userId`,
    /an event without its change of access .*: evt_\w+ aud_\d+$/,
  ],
  [
    'a link was told that is none',
    'DELETE FROM mail_links WHERE user_id = :userId',
    /an event without its link by e-mail .*: evt_\w+ user.verification_requested$/,
  ],
  ['a registration was told twice', AGAIN('aggregate_id = :userId'), /a further event of one change .*: evt_planted user.registered$/],
  ['another password was told twice', AGAIN(OF_CHANGE), /a further event of one change .*: evt_planted user.access_changed$/],
]

describe.each(databases())('integrity of identity on $name', (kind) => {
  const identity = useIdentity(kind)

  /** Every check of the service, run now, by its name. */
  const checkNow = async (): Promise<Map<string, IntegrityEntry>> => {
    const token = await createServiceTokens(DEVELOPMENT_SECRET, 'gateway').sign('identity')
    const { checks } = (await identity.call<IntegrityReport>('POST', '/internal/integrity/runs', { token })).body
    return new Map(checks.map((check) => [check.name, check]))
  }
  const call = async (method: string, path: string, token: string, body?: object) => {
    const { status } = await identity.call(method, `/api/v1${path}`, { token, ...(body && { body }) })
    expect(status, path).toBeLessThan(300)
  }

  /** What a statement about somebody may name. */
  async function somebody() {
    const user = await identity.register()
    const other = await identity.signIn(user)
    const { accessToken } = await identity.signIn(user)
    await call('PUT', '/me/password', accessToken, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
    const values = { userId: user.id, about: `%${user.id}%`, sessionId: String(decodeJwt(other.accessToken).sid) }
    return { user, accessToken, values: { ...values, nowMs: await identity.db.now() } }
  }

  async function forget({ userId, about }: { userId: string; about: string }): Promise<void> {
    await identity.db.run(`DELETE FROM outbox WHERE payload LIKE :about OR event_id = 'evt_planted'`, { about })
    for (const table of ['sessions', 'mail_links']) await identity.db.run(`DELETE FROM ${table} WHERE user_id = :userId`, { userId })
    await identity.db.run('DELETE FROM audit WHERE subject_id = :userId', { userId })
    await identity.db.run('DELETE FROM users WHERE id = :userId', { userId })
  }

  test('every check — after all that people and administrators do with accounts — finds nothing', async () => {
    const admin = (await identity.signIn(ADMIN)).accessToken
    const { user, accessToken } = await somebody()
    await verifyAddress(identity, accessToken)
    await call('PUT', '/me/email', accessToken, { email: registration().email, password: NEW_PASSWORD })
    await call('PUT', `/users/${user.id}/roles`, admin, { roles: ['customer', 'agent'] })
    await identity.signIn({ ...user, password: NEW_PASSWORD })
    await call('DELETE', '/me/sessions', accessToken)
    await call('PUT', `/users/${user.id}/roles`, admin, { roles: ['customer'] })
    const { refreshToken } = await identity.signIn({ ...user, password: NEW_PASSWORD })
    await identity.call('POST', '/api/v1/auth/logout', { body: { refreshToken } })
    await identity.signIn({ ...user, password: NEW_PASSWORD })
    await call('DELETE', `/users/${user.id}/sessions`, admin)
    await resetPassword(identity, user, PASSWORD)

    const ended = await identity.db.rows<{ reason: string }>(
      'SELECT DISTINCT revoked_reason AS reason FROM sessions WHERE revoked_at IS NOT NULL ORDER BY revoked_reason',
    )
    expect(ended.map(({ reason }) => reason)).toEqual(['logout', 'password_changed', 'revoked_by_admin', 'revoked_by_user', 'role_removed'])
    expect([...(await checkNow()).values()].map(({ name, status, sample }) => ({ name, status, sample }))).toEqual(
      ['I6.outbox', EVENTS].map((name) => ({ name, status: 'ok', sample: [] })),
    )
  })

  test.each(PLANTED)(`${EVENTS} — %s — is reported`, async (_what, sql, says) => {
    const { values } = await somebody()
    await identity.db.run(sql, values)
    expect((await checkNow()).get(EVENTS)).toMatchObject({ status: 'violated', violations: 1, sample: [expect.stringMatching(says)] })
    await forget(values)
  })

  test(`${EVENTS} — what is older than the last run — is named until it is mended, and then not looked at any more`, async () => {
    const { values } = await somebody()
    const { userId } = values
    await identity.db.run('UPDATE users SET created_at = created_at - 3600000 WHERE id = :userId', { userId })
    await identity.db.run('DELETE FROM outbox WHERE aggregate_id = :userId', { userId })
    await identity.db.run('DELETE FROM integrity_results')
    const found = async () => (await checkNow()).get(EVENTS)?.violations
    expect([await found(), await found()]).toEqual([1, 1])
    await identity.db.run('UPDATE users SET created_at = created_at - 6 * 86400000 WHERE id = :userId', { userId })
    expect(await found()).toBe(0)
    await identity.db.run('UPDATE users SET created_at = created_at + 6 * 86400000 WHERE id = :userId', { userId })
    expect(await found()).toBe(0)
  })

  test('I6.outbox — an event that nobody publishes — is reported', async () => {
    await identity.db.run(
      `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, state, locked_until, occurred_at)
       VALUES ('evt_planted', 'user.registered', 'user', 'usr_planted', '{}', 'pending', :lockedUntil, :past)`,
      { lockedUntil: Date.now() + 600_000, past: Date.now() - 120_000 },
    )
    expect((await checkNow()).get('I6.outbox')).toMatchObject({
      status: 'violated',
      violations: 1,
      sample: [expect.stringContaining('evt_planted')],
    })
    await identity.db.run(`DELETE FROM outbox WHERE event_id = 'evt_planted'`)
  })
})
