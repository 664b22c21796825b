import type { Problem, Tokens, User } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { eventsAbout, pointersOf, useIdentity } from '../support/identity.ts'

interface SessionList {
  data: { id: string; current: boolean; userAgent: string; address: string; expiresAt: string; createdAt: string }[]
  nextCursor: string | null
}

describe.each(databases())('me on $name', (kind) => {
  const identity = useIdentity(kind)

  async function signedIn() {
    const user = await identity.register()
    return { user, token: (await identity.signIn(user)).accessToken }
  }

  test('GET /me — with a token — the user and no more', async () => {
    const { user, token } = await signedIn()
    const { status, body, headers } = await identity.call<User>('GET', '/api/v1/me', { token })
    expect(status).toBe(200)
    const { password: _, ...shown } = user
    expect(body).toEqual({ ...shown, emailVerified: false })
    expect(headers.get('etag')).toBe('"1"')
  })

  test.each([
    ['GET', '/api/v1/me'],
    ['PATCH', '/api/v1/me'],
    ['GET', '/api/v1/me/sessions'],
    ['DELETE', '/api/v1/me/sessions'],
    ['DELETE', '/api/v1/me/sessions/ses_1'],
    ['GET', '/api/v1/users'],
    ['PUT', '/api/v1/users/usr_1/roles'],
  ])('%s %s — without a token, with a broken one, with a forged one — 401', async (method, path) => {
    const { token } = await signedIn()
    const [header, , signature] = token.split('.')
    const payload = Buffer.from(JSON.stringify({ sub: 'usr_1', roles: ['admin'] })).toString('base64url')
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`
    for (const bad of [undefined, 'x', `${header}.${payload}.${signature}`, none]) {
      const answer = await identity.call<Problem>(method, path, bad === undefined ? {} : { token: bad })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBeTruthy()
      expect(answer.body.code).toBe(bad === undefined ? 'unauthenticated' : 'invalid_token')
    }
  })

  test('PATCH /me — a name — is changed, the version counts it', async () => {
    const { user, token } = await signedIn()
    const changed = await identity.call<User>('PATCH', '/api/v1/me', { token, body: { familyName: 'Nguyễn' } })
    expect(changed.status).toBe(200)
    expect(changed.headers.get('etag')).toBe('"2"')
    expect(changed.body).toMatchObject({ id: user.id, givenNames: user.givenNames, familyName: 'Nguyễn' })
    expect((await identity.call<User>('GET', '/api/v1/me', { token })).body.familyName).toBe('Nguyễn')
    expect((await identity.call('PATCH', '/api/v1/me', { token, body: { familyName: 'Nguyễn' } })).status).toBe(200)
  })

  test.each([
    ['roles', { roles: ['admin'] }, ['/roles']],
    ['another e-mail', { email: 'x@mail.example' }, ['/email']],
    ['nothing', {}, ['']],
    ['an empty name', { givenNames: '' }, ['/givenNames']],
  ])('PATCH /me — %s — 400 that points at it', async (_name, body, pointers) => {
    const { token } = await signedIn()
    const answer = await identity.call<Problem>('PATCH', '/api/v1/me', { token, body })
    expect(answer.status).toBe(400)
    expect([...new Set(pointersOf(answer.body))]).toEqual(pointers)
  })

  test('GET /me/sessions — three logins — the live ones newest first, page by page, with the asking one marked', async () => {
    const user = await identity.register()
    const tokens: Tokens[] = []
    for (let login = 0; login < 3; login += 1) tokens.push(await identity.signIn(user))
    const token = tokens[1]?.accessToken ?? ''
    const { body } = await identity.call<SessionList>('GET', '/api/v1/me/sessions', { token })
    expect(body.data.map(({ current }) => current)).toEqual([false, true, false])
    expect(body.nextCursor).toBeNull()
    const [newest] = body.data
    expect(Date.parse(newest?.expiresAt ?? '') - Date.parse(newest?.createdAt ?? '')).toBe(30 * 24 * 3_600_000)
    expect(newest?.address).toBe('127.0.0.1')

    const first = await identity.call<SessionList>('GET', '/api/v1/me/sessions?limit=2', { token })
    const second = await identity.call<SessionList>('GET', `/api/v1/me/sessions?limit=2&cursor=${first.body.nextCursor}`, { token })
    expect([...first.body.data, ...second.body.data]).toEqual(body.data)
    expect(second.body.nextCursor).toBeNull()
    const tampered = await identity.call<Problem>('GET', `/api/v1/me/sessions?cursor=x${first.body.nextCursor}`, { token })
    expect(tampered.status).toBe(400)
  })

  test('DELETE /me/sessions — ends all sessions but the one that asks, each told once; again, with no other, it is no error', async () => {
    const user = await identity.register()
    const [kept, ...ended] = [await identity.signIn(user), await identity.signIn(user), await identity.signIn(user)]
    const stranger = await signedIn()
    for (let time = 0; time < 2; time += 1)
      expect((await identity.call('DELETE', '/api/v1/me/sessions', { token: kept?.accessToken ?? '' })).status).toBe(204)
    for (const { accessToken, refreshToken } of ended) {
      expect((await identity.call('GET', '/api/v1/me', { token: accessToken })).status).toBe(401)
      expect((await identity.call('POST', '/api/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401)
      expect((await eventsAbout(identity.db, String(decodeJwt(accessToken).sid))).map(({ type }) => type)).toEqual(['session.revoked'])
      expect((await identity.call('DELETE', '/api/v1/me/sessions', { token: accessToken })).status).toBe(401)
    }
    for (const token of [kept?.accessToken ?? '', stranger.token]) {
      const left = await identity.call<SessionList>('GET', '/api/v1/me/sessions', { token })
      expect(left.body.data.map(({ current }) => current)).toEqual([true])
    }
  })

  test('DELETE /me/sessions/:id — an own one, twice — 204, its tokens stop, the others go on', async () => {
    const user = await identity.register()
    const [kept, ended] = [await identity.signIn(user), await identity.signIn(user)]
    const { body } = await identity.call<SessionList>('GET', '/api/v1/me/sessions', { token: ended.accessToken })
    const id = body.data.find(({ current }) => current)?.id ?? ''
    for (let time = 0; time < 2; time += 1)
      expect((await identity.call('DELETE', `/api/v1/me/sessions/${id}`, { token: kept.accessToken })).status).toBe(204)
    expect((await identity.call('GET', '/api/v1/me', { token: ended.accessToken })).status).toBe(401)
    expect((await identity.call('POST', '/api/v1/auth/refresh', { body: { refreshToken: ended.refreshToken } })).status).toBe(401)
    const left = await identity.call<SessionList>('GET', '/api/v1/me/sessions', { token: kept.accessToken })
    expect(left.body.data).toHaveLength(1)
  })

  test("DELETE /me/sessions/:id — another's, as one that is not — the same 404", async () => {
    const [owner, stranger] = [await signedIn(), await signedIn()]
    const { body } = await identity.call<SessionList>('GET', '/api/v1/me/sessions', { token: owner.token })
    for (const id of [body.data[0]?.id, 'ses_doesNotExist']) {
      const answer = await identity.call<Problem>('DELETE', `/api/v1/me/sessions/${id}`, { token: stranger.token })
      expect(answer.status).toBe(404)
      expect(answer.body).toMatchObject({ code: 'not_found', detail: 'There is no such session.' })
    }
    expect((await identity.call('GET', '/api/v1/me', { token: owner.token })).status).toBe(200)
  })

  test('a session — opened with an endless user agent through the gateway — shows its beginning and the address', async () => {
    const user = await identity.register()
    const headers = { 'user-agent': 'A'.repeat(4000), 'x-forwarded-for': '2001:db8::7' }
    const { body: tokens } = await identity.call<Tokens>('POST', '/api/v1/auth/login', {
      body: { email: user.email, password: user.password },
      headers,
    })
    const { body } = await identity.call<SessionList>('GET', '/api/v1/me/sessions', { token: tokens.accessToken })
    expect(body.data[0]).toMatchObject({ userAgent: 'A'.repeat(300), address: '2001:db8::7' })
  })
})
