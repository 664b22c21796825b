import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { AuditItem, Problem } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, eventsAbout, useIdentity } from '../support/identity.ts'
import { logIn, movingClock, setUpSecondFactor } from '../support/second-factor.ts'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('../../scripts/second-factor.ts', import.meta.url))

interface AuditList {
  data: AuditItem[]
  nextCursor: string | null
}

describe.each(databases())('what administrators do to accounts on $name', (kind) => {
  const clock = movingClock()
  const identity = useIdentity(kind, { parts: { now: clock.now } })
  let admin: string
  let adminId: string

  beforeAll(async () => {
    admin = (await identity.signIn(ADMIN)).accessToken
    adminId = String(decodeJwt(admin).sub)
  })

  const act = (method: string, path: string, options: { token?: string; body?: unknown } = {}) =>
    identity.call<Problem>(method, `/api/v1/users/${path}`, { token: admin, headers: { 'x-request-id': 'req-admin' }, ...options })
  const audit = async (query: string) => (await identity.call<AuditList>('GET', `/api/v1/audit?${query}`, { token: admin })).body
  const steps = async (subjectId: string) =>
    (await audit(`subjectId=${subjectId}`)).data.toReversed().map(({ action, before, after }) => [action, before, after])

  async function somebody(roles?: string[]) {
    const user = await identity.register()
    if (roles) expect((await act('PUT', `${user.id}/roles`, { body: { roles } })).status).toBe(200)
    const tokens = await identity.signIn(user)
    return { ...user, token: tokens.accessToken, sessionId: String(decodeJwt(tokens.accessToken).sid) }
  }

  test('a second factor reset by an administrator — opens the account by password, ends its sessions, and is in the audit', async () => {
    const user = await somebody()
    await setUpSecondFactor(identity, clock, user)
    expect((await act('DELETE', `${user.id}/second-factor`)).status).toBe(204)
    expect((await identity.call('GET', '/api/v1/me', { token: user.token })).status).toBe(401)
    expect((await eventsAbout(identity.db, user.sessionId)).map(({ type }) => type)).toEqual(['session.revoked'])
    expect((await logIn(identity, user)).status).toBe(200)
    expect((await steps(user.id)).slice(1)).toEqual([
      ['user.second_factor_reset', { secondFactor: 'active' }, { secondFactor: 'none' }],
      ['user.sessions_ended', { sessions: [user.sessionId] }, { sessions: [] }],
    ])
    expect((await act('DELETE', `${user.id}/second-factor`)).status).toBe(204)
    expect(await steps(user.id)).toHaveLength(3)
    expect((await logIn(identity, user)).status).toBe(200)
  })

  test('a second factor — of an unknown user, of one’s own, by an agent — is not reset', async () => {
    const agent = await somebody(['agent'])
    expect((await act('DELETE', 'usr_nobody/second-factor')).body).toMatchObject({ status: 404, code: 'not_found' })
    expect((await act('DELETE', `${adminId}/second-factor`)).body).toMatchObject({ status: 409, code: 'invalid_transition' })
    for (const path of [`${adminId}/second-factor`, `${adminId}/sessions`])
      expect((await act('DELETE', path, { token: agent.token })).status).toBe(403)
  })

  test('sessions ended by an administrator — all of them at once — with an audit row that names them', async () => {
    const user = await somebody()
    const other = String(decodeJwt((await identity.signIn(user)).accessToken).sid)
    expect((await act('DELETE', `${user.id}/sessions`)).status).toBe(204)
    expect((await identity.call('GET', '/api/v1/me', { token: user.token })).status).toBe(401)
    expect((await act('DELETE', `${user.id}/sessions`)).status).toBe(204)
    expect(await steps(user.id)).toEqual([['user.sessions_ended', { sessions: [user.sessionId, other].toSorted() }, { sessions: [] }]])
    expect((await act('DELETE', 'usr_nobody/sessions')).status).toBe(404)
  })

  test('a role taken away — is two rows: the roles before and after, and the sessions that it ended', async () => {
    const user = await somebody(['customer', 'agent'])
    await act('PUT', `${user.id}/roles`, { body: { roles: ['customer'] } })
    expect((await steps(user.id)).slice(1)).toEqual([
      ['user.roles_changed', { roles: ['customer', 'agent'] }, { roles: ['customer'] }],
      ['user.sessions_ended', { sessions: [user.sessionId] }, { sessions: [] }],
    ])
  })

  test('a second factor reset on the server itself — by the command — is in the audit as the operator’s', async () => {
    const user = await somebody()
    await setUpSecondFactor(identity, clock, user)
    const env = { DATABASE_URL: identity.url, LOG_LEVEL: 'silent', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }
    const reset = (email: string) => run(process.execPath, [SCRIPT, 'reset', email], { env })
    expect((await reset(user.email.toUpperCase())).stdout).toContain('has no second factor any more')
    expect((await logIn(identity, user)).status).toBe(200)
    const { data } = await audit(`actorId=operator&subjectId=${user.id}`)
    expect(data.map(({ action }) => action)).toEqual(['user.sessions_ended', 'user.second_factor_reset'])
    await expect(reset('nobody@mail.example')).rejects.toMatchObject({ code: 1 })
  })

  test('GET /audit — says who, what, when, before, after and as part of which request', async () => {
    const earliest = new Date().toISOString()
    const user = await somebody(['agent'])
    const { data } = await audit(`subjectId=${user.id}`)
    expect(data).toEqual([
      {
        id: expect.stringMatching(/^aud_\d+$/),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        actorId: adminId,
        action: 'user.roles_changed',
        subject: { type: 'user', id: user.id },
        before: { roles: ['customer'] },
        after: { roles: ['agent'] },
        requestId: 'req-admin',
      },
    ])
    expect(Math.abs(Date.parse(data[0]?.at ?? '') - Date.parse(earliest))).toBeLessThan(60_000)
  })

  test('GET /audit — by actor, action and time, page by page — newest first, each once', async () => {
    const users = [await somebody(['agent']), await somebody(['agent']), await somebody(['agent'])]
    const query = `actorId=${adminId}&action=user.roles_changed&limit=2`
    const first = await audit(query)
    expect(first.data.map(({ subject }) => subject.id)).toEqual([users[2]?.id, users[1]?.id])
    const second = await audit(`${query}&cursor=${first.nextCursor}`)
    expect(second.data[0]?.subject.id).toBe(users[0]?.id)
    expect((await audit(`subjectId=${users[0]?.id}&since=2000-01-01T00:00:00Z&until=2100-01-01T00:00:00.000Z`)).data).toHaveLength(1)
    expect((await audit('until=2000-01-01T00:00:00Z')).data).toEqual([])
    expect((await audit('since=2100-01-01T00:00:00Z')).data).toEqual([])
    expect((await audit(`actorId=${users[0]?.id}`)).data).toEqual([])
  })

  test.each([
    'subjectId=x',
    'actorId=nobody',
    'action=DROP',
    'since=yesterday',
    'since=2026-13-01T00:00:00Z',
    'until=2026-11-23',
    'limit=0',
    'cursor=abc',
    'q=x',
  ])('GET /audit?%s — 400', async (query) => {
    expect((await identity.call('GET', `/api/v1/audit?${query}`, { token: admin })).status).toBe(400)
  })

  test('GET /audit — by a customer or an agent — 403; without a token — 401', async () => {
    for (const { token } of [await somebody(), await somebody(['agent'])])
      expect((await identity.call('GET', '/api/v1/audit', { token })).status).toBe(403)
    expect((await identity.call('GET', '/api/v1/audit')).status).toBe(401)
  })
})
