import type { Problem, Role, Tokens, User } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, eventsAbout, pointersOf, useIdentity } from '../support/identity.ts'

interface UserList {
  data: User[]
  nextCursor: string | null
}

describe.each(databases())('users on $name', (kind) => {
  const identity = useIdentity(kind)
  let admin: string

  beforeAll(async () => {
    admin = (await identity.signIn(ADMIN)).accessToken
  })

  const setRoles = (id: string, roles: readonly string[], token = admin) =>
    identity.call<User & Problem>('PUT', `/api/v1/users/${id}/roles`, { token, body: { roles } })

  async function userWith(roles: Role[]) {
    const user = await identity.register()
    expect((await setRoles(user.id, roles)).status).toBe(200)
    return { ...user, tokens: await identity.signIn(user) }
  }

  test('GET /users — by an administrator — newest first, by a part of the address, page by page', async () => {
    for (const name of ['one', 'two', 'three']) await identity.register({ email: `Paging_%.${name}@mail.example` })
    const all = await identity.call<UserList>('GET', '/api/v1/users?q=PAGING_%25.', { token: admin })
    expect(all.status).toBe(200)
    expect(all.body.data.map(({ email }) => email)).toEqual(['three', 'two', 'one'].map((name) => `Paging_%.${name}@mail.example`))
    const first = await identity.call<UserList>('GET', '/api/v1/users?q=paging_%25.&limit=2', { token: admin })
    const second = await identity.call<UserList>('GET', `/api/v1/users?q=paging_%25.&limit=2&cursor=${first.body.nextCursor}`, {
      token: admin,
    })
    expect([...first.body.data, ...second.body.data]).toEqual(all.body.data)
    expect(second.body.nextCursor).toBeNull()
  })

  test('GET /users — with % and ! in the query — takes them as they are', async () => {
    await identity.register({ email: 'wow!wow@mail.example' })
    const list = async (q: string) =>
      (await identity.call<UserList>('GET', `/api/v1/users?q=${encodeURIComponent(q)}`, { token: admin })).body.data
    expect(await list('%@%')).toEqual([])
    expect(await list('w!w')).toHaveLength(1)
    expect(await list(`x' OR '1'='1`.replaceAll(' ', ''))).toEqual([])
  })

  test.each(['limit=0', 'limit=101', 'limit=x', 'q=', 'page=2', 'limit=1&limit=2', 'cursor=abc'])('GET /users?%s — 400', async (query) => {
    expect((await identity.call('GET', `/api/v1/users?${query}`, { token: admin })).status).toBe(400)
  })

  test('users — by a customer or an agent — 403', async () => {
    const [customer, agent] = [await userWith(['customer']), await userWith(['agent'])]
    for (const { id, tokens } of [customer, agent]) {
      expect((await identity.call('GET', '/api/v1/users', { token: tokens.accessToken })).status).toBe(403)
      expect((await setRoles(id, ['admin'], tokens.accessToken)).status).toBe(403)
    }
  })

  test('PUT roles — customer to agent — in the next token, with an audit row of before and after', async () => {
    const user = await identity.register()
    const { refreshToken } = await identity.signIn(user)
    const { status, body } = await identity.call<User>('PUT', `/api/v1/users/${user.id}/roles`, {
      token: admin,
      body: { roles: ['agent', 'customer'] },
      headers: { 'x-request-id': 'req-roles' },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: user.id, roles: ['customer', 'agent'] })
    const refreshed = await identity.call<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
    expect(decodeJwt(refreshed.body.accessToken).roles).toEqual(['customer', 'agent'])
    await setRoles(user.id, ['customer', 'agent'])
    const audit = await identity.db.rows<{ before_json: string; after_json: string }>(
      'SELECT actor_id, action, before_json, after_json, request_id FROM audit WHERE subject_id = :id ORDER BY id',
      { id: user.id },
    )
    expect(audit).toEqual([
      {
        actor_id: decodeJwt(admin).sub,
        action: 'user.roles_changed',
        before_json: '{"roles":["customer"]}',
        after_json: '{"roles":["customer","agent"]}',
        request_id: 'req-roles',
      },
    ])
  })

  test('PUT roles — an agent made a customer again — his sessions end at once', async () => {
    const agent = await userWith(['customer', 'agent'])
    const sessionId = String(decodeJwt(agent.tokens.accessToken).sid)
    expect((await setRoles(agent.id, ['customer'])).status).toBe(200)
    expect((await identity.call('GET', '/api/v1/me', { token: agent.tokens.accessToken })).status).toBe(401)
    expect((await eventsAbout(identity.db, sessionId)).map(({ type }) => type)).toEqual(['session.revoked'])
    expect(decodeJwt((await identity.signIn(agent)).accessToken).roles).toEqual(['customer'])
  })

  test('PUT roles — of an unknown user — 404', async () => {
    expect((await setRoles('usr_doesNotExist', ['agent'])).body).toMatchObject({ status: 404, code: 'not_found' })
  })

  test('PUT roles — an administrator his own away — 409, and he stays one', async () => {
    const id = String(decodeJwt(admin).sub)
    expect((await setRoles(id, ['customer'])).body).toMatchObject({ status: 409, code: 'invalid_transition' })
    expect((await identity.call('GET', '/api/v1/users', { token: admin })).status).toBe(200)
  })

  test('PUT roles — two administrators dismiss each other at once — one of them is left', async () => {
    const [a, b] = [await userWith(['admin']), await userWith(['admin'])]
    const answers = await Promise.all([
      setRoles(b.id, ['customer'], a.tokens.accessToken),
      setRoles(a.id, ['customer'], b.tokens.accessToken),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const rows = await identity.db.rows<{ roles: string }>('SELECT roles FROM users WHERE id IN (:ids)', { ids: [a.id, b.id] })
    expect(rows.filter(({ roles }) => roles === 'admin')).toHaveLength(1)
  })

  test.each([
    ['an unknown role', { roles: ['root'] }, ['/roles/0']],
    ['a role twice', { roles: ['agent', 'agent'] }, ['/roles']],
    ['no role', { roles: [] }, ['/roles']],
    ['a text', { roles: 'admin' }, ['/roles']],
    ['an unknown member', { roles: ['agent'], id: 'usr_1' }, ['/id']],
  ])('PUT roles — %s — 400 that points at it', async (_name, body, pointers) => {
    const answer = await identity.call<Problem>('PUT', '/api/v1/users/usr_1/roles', { token: admin, body })
    expect(answer.status).toBe(400)
    expect([...new Set(pointersOf(answer.body))]).toEqual(pointers)
  })
})
