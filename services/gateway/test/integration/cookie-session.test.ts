import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bearer, tokenOf } from '../support/gateway.ts'
import { cookieOf, SiteBench } from '../support/site.ts'

const site = new SiteBench()
beforeEach(() => site.open())
afterEach(() => site.close())

const CLEARED = /^skyhold_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/

describe("the site's session: signing in", () => {
  test('the right password — sets a cookie that no script can read, and gives no token away', async () => {
    const answer = await site.signIn()
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^skyhold_session=v1\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/)])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({ expiresInSeconds: 600, csrfToken: expect.any(String) })
    expect(cookieOf(answer)).not.toContain('rft_')
  })

  test('outside development — the cookie is for this host over https alone', async () => {
    const secrets = { SERVICE_TOKEN_SECRET: 'a-secret-of-our-own', COOKIE_SECRET: 'another-secret-of-our-own' }
    const production = await site.startGateway({
      SKYHOLD_ENV: 'production',
      PAYMENTS_URL: '',
      PUBLIC_URL: 'https://skyhold.test',
      ...secrets,
    })
    site.extra.push(production)
    const [cookie] = (await site.signIn('right', {}, production)).headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-skyhold_session=v1\.[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })

  test('a wrong password — is refused in the words of identity, without a cookie', async () => {
    const answer = await site.signIn('wrong')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'invalid_credentials', instance: '/api/v1/auth/cookie-session' })
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test("identity — is told of the browser's address and name", async () => {
    await site.signIn('right', { 'user-agent': 'A browser', 'x-forwarded-for': '6.6.6.6' })
    expect(site.identity.seen[0]?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'user-agent': 'A browser' })
  })

  test('signing in — with the cookie of a session that goes on — ends that session, whoever signs in; a refused sign-in ends nothing', async () => {
    const former = await site.signedIn()
    expect((await site.signIn('wrong', { cookie: former.cookie })).status).toBe(401)
    expect((await site.call('/bookings', { headers: { cookie: former.cookie } })).status).toBe(200)
    const now = await site.signedIn({ cookie: former.cookie })
    expect(site.identity.revoked).toHaveLength(1)
    expect((await site.call('/bookings', { headers: { cookie: former.cookie } })).status).toBe(401)
    expect((await site.call('/bookings', { headers: { cookie: now.cookie } })).status).toBe(200)
  })

  test('signing in — while identity cannot end the former session, or with a cookie that is not ours — succeeds', async () => {
    const former = await site.signedIn()
    site.identity.cannotSignOut = true
    for (const cookie of [former.cookie, 'skyhold_session=forged']) {
      const now = await site.signedIn({ cookie })
      expect((await site.call('/bookings', { headers: { cookie: now.cookie } })).status).toBe(200)
    }
    expect(site.identity.revoked).toEqual([])
  })

  test('identity is away — 503 says when to come back', async () => {
    site.identity.isAway = true
    const answer = await site.signIn()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  })

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])("a sign-in — from another site's page (%o) — is refused", async (headers) => {
    const answer = await site.signIn('right', headers)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'csrf_failed'])
    expect(site.identity.seen).toEqual([])
  })
})

describe("the site's session: what the cookie opens", () => {
  test('a read — with the cookie alone — goes to the service with the token behind it, and without the cookie', async () => {
    const { cookie } = await site.signedIn()
    expect((await site.call('/bookings', { headers: { cookie } })).status).toBe(200)
    const [seen] = site.bookings.seen
    expect(seen?.headers.authorization).toMatch(/^Bearer eyJ/)
    expect(seen?.headers).not.toHaveProperty('cookie')
  })

  test('a change — with the cookie and its CSRF token — passes, from the page of the host that was asked or of PUBLIC_URL', async () => {
    const headers = await site.signedIn()
    const { origin } = new URL(site.gateway.url)
    for (const from of [{}, { origin, 'sec-fetch-site': 'same-origin' }, { origin: 'http://skyhold.test' }])
      expect((await site.call('/holds', { method: 'POST', headers: { ...headers, ...from } as Record<string, string> })).status).toBe(200)
    expect(site.bookings.seen[0]?.headers).not.toHaveProperty('x-csrf-token')
  })

  test('a change — without a CSRF token, with that of another session or of a former one — is 403', async () => {
    const former = await site.signedIn()
    const foreign = await site.signedIn()
    const now = await site.signedIn()
    const given = ['', 'forged', `${now['x-csrf-token']}x`, foreign['x-csrf-token'], former['x-csrf-token']]
    for (const token of given) {
      const answer = await site.call('/holds', { method: 'POST', headers: { cookie: now.cookie, 'x-csrf-token': token } })
      expect([answer.status, ((await answer.json()) as { code: string }).code], token).toEqual([403, 'csrf_failed'])
    }
    expect((await site.call('/holds', { method: 'POST', headers: { cookie: now.cookie } })).status).toBe(403)
    expect(site.bookings.seen).toEqual([])
  })

  test('a call — from the page of another origin — is 403, listed by CORS or not, whatever it brings', async () => {
    const listed = await site.startGateway({ CORS_ORIGINS: 'https://app.example' })
    site.extra.push(listed)
    const headers = await site.signedIn()
    for (const origin of ['https://evil.example', 'https://app.example', 'null'])
      for (const method of ['GET', 'POST']) {
        const answer = await site.call(method === 'GET' ? '/bookings' : '/holds', { method, headers: { ...headers, origin } }, listed)
        expect([answer.status, answer.headers.get('access-control-allow-credentials')]).toEqual([403, null])
      }
  })

  test('cookie and Authorization together — Authorization counts, and needs no CSRF token', async () => {
    const { cookie } = await site.signedIn()
    const token = await tokenOf({ userId: 'usr_2' })
    expect((await site.call('/holds', { method: 'POST', headers: { cookie, ...bearer(token) } })).status).toBe(200)
    expect(site.bookings.seen[0]?.headers.authorization).toBe(`Bearer ${token}`)
    expect((await site.call('/bookings', { headers: { cookie, ...bearer('forged') } })).status).toBe(401)
  })

  test.each(['skyhold_session=forged', 'skyhold_session=v1.Zm9yZ2Vk', 'skyhold_session=', 'other=1', 'skyhold_session=v1.%ZZ'])(
    'a cookie — that is not ours: %s — opens nothing and asks identity nothing',
    async (cookie) => {
      const answer = await site.call('/bookings', { headers: { cookie } })
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'unauthenticated'])
      expect(site.identity.seen).toEqual([])
    },
  )

  test('the cookie — changed in one letter — opens nothing', async () => {
    const { cookie } = await site.signedIn()
    const changed = cookie.slice(0, -2) + (cookie.at(-2) === 'A' ? 'B' : 'A') + cookie.slice(-1)
    expect((await site.call('/bookings', { headers: { cookie: changed } })).status).toBe(401)
  })
})

describe("the site's session: its end and its renewal", () => {
  test('signing out — ends the session, takes the cookie back, and a copy of the cookie is of no more use', async () => {
    const headers = await site.signedIn()
    const answer = await site.call('/auth/cookie-session', { method: 'DELETE', headers })
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(CLEARED)])
    const copy = await site.call('/bookings', { headers: { cookie: headers.cookie } })
    expect([copy.status, copy.headers.getSetCookie()]).toEqual([401, [expect.stringMatching(CLEARED)]])
    expect(await (await site.call('/auth/csrf', { headers })).json()).toEqual({ csrfToken: null })
  })

  test('signing out — without a CSRF token — is 403 and ends nothing; without a cookie it is 204', async () => {
    const { cookie } = await site.signedIn()
    expect((await site.call('/auth/cookie-session', { method: 'DELETE', headers: { cookie } })).status).toBe(403)
    expect((await site.call('/bookings', { headers: { cookie } })).status).toBe(200)
    expect((await site.call('/auth/cookie-session', { method: 'DELETE' })).status).toBe(204)
  })

  test('the CSRF token — asked for again — is another text for the same session; without a cookie there is none', async () => {
    const headers = await site.signedIn()
    const { csrfToken } = (await (await site.call('/auth/csrf', { headers })).json()) as { csrfToken: string }
    expect(csrfToken).not.toBe(headers['x-csrf-token'])
    expect((await site.call('/holds', { method: 'POST', headers: { ...headers, 'x-csrf-token': csrfToken } })).status).toBe(200)
    const none = await site.call('/auth/csrf')
    expect([none.headers.get('cache-control'), await none.json()]).toEqual(['no-store', { csrfToken: null }])
  })

  test('an access token that has run out — while twenty requests come at once — is renewed once, for all of them', async () => {
    site.identity.tokenSeconds = 5
    const headers = await site.signedIn()
    site.identity.tokenSeconds = 600
    const answers = await Promise.all(Array.from({ length: 20 }, () => site.call('/holds', { method: 'POST', headers })))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(site.identity.refreshes).toBe(1)
    // It says who it is: only a gateway has a minute for the former token.
    const renewal = site.identity.seen.find(({ url }) => url === '/internal/site-sessions/refresh')
    expect(decodeJwt(renewal?.headers.authorization?.slice('Bearer '.length) ?? '')).toMatchObject({ iss: 'gateway', aud: 'identity' })

    const renewed = cookieOf(answers[0] as Response)
    expect(renewed).not.toBe(headers.cookie)
    const later = await site.call('/holds', { method: 'POST', headers: { ...headers, cookie: renewed } })
    expect([later.status, later.headers.getSetCookie()]).toEqual([200, []])
  })

  test('the former cookie — of an answer that has been lost — is still good, and its answer brings the new one again', async () => {
    site.identity.tokenSeconds = 5
    const { cookie } = await site.signedIn()
    site.identity.tokenSeconds = 600
    await site.call('/bookings', { headers: { cookie } })
    const again = await site.call('/bookings', { headers: { cookie } })
    expect(again.status).toBe(200)
    expect(cookieOf(again)).toMatch(/^skyhold_session=v1/)
    expect([site.identity.refreshes, site.identity.revoked]).toEqual([1, []])
  })

  test('a renewal — while identity is away — is 503 and leaves the cookie; afterwards it goes on', async () => {
    site.identity.tokenSeconds = 5
    const { cookie } = await site.signedIn()
    Object.assign(site.identity, { tokenSeconds: 600, isAway: true })
    const answer = await site.call('/bookings', { headers: { cookie } })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([503, []])
    site.identity.isAway = false
    expect((await site.call('/bookings', { headers: { cookie } })).status).toBe(200)
  })

  test('a session that identity has ended — is 401 at its next renewal, and the cookie goes', async () => {
    site.identity.tokenSeconds = 5
    const { cookie } = await site.signedIn()
    const [sessionId] = site.identity.revoked
    expect(sessionId).toBeUndefined()
    const spentElsewhere = await site.startGateway()
    site.extra.push(spentElsewhere)
    expect((await site.call('/bookings', { headers: { cookie } }, spentElsewhere)).status).toBe(200)
    const answer = await site.call('/bookings', { headers: { cookie } })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, [expect.stringMatching(CLEARED)]])
    expect(await answer.json()).toMatchObject({ code: 'invalid_token', detail: 'The session has ended. Sign in again.' })
  })
})
