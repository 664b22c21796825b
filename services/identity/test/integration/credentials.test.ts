import type { Account, Problem, Tokens } from '@skyhold/contracts'
import { createLogger } from '@skyhold/platform'
import { databases, waitFor } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { backdateMails, countEvents, mailedToken, PASSWORD, pointersOf, registration, useIdentity } from '../support/identity.ts'

const NEW_PASSWORD = 'seven green umbrellas'

describe.each(databases())('address and password of an account on $name', (kind) => {
  const lines: string[] = []
  const logger = createLogger({ service: 'identity', level: 'trace', destination: { write: (line) => lines.push(line) } })
  const identity = useIdentity(kind, { parts: { logger } })

  const post = <T = Problem>(path: string, body?: unknown, token?: string) =>
    identity.call<T>('POST', `/api/v1/auth/${path}`, { ...(body !== undefined && { body }), ...(token !== undefined && { token }) })
  const put = (path: string, body: unknown, token: string) => identity.call<Problem>('PUT', `/api/v1/me/${path}`, { body, token })
  const me = (token: string) => identity.call<Account>('GET', '/api/v1/me', { token })
  const login = (email: string, password: string) => post<Tokens>('login', { email, password })
  const countOf = (type: string, userId: string) => countEvents(identity.db, type, userId)
  const age = (byMs: number) => backdateMails(identity.db, byMs)

  async function signedIn() {
    const user = await identity.register()
    return { user, ...(await identity.signIn(user)) }
  }

  /** Asks for a reset and waits until its link is made. */
  async function resetOf(user: { id: string; email: string }) {
    expect((await post('password-resets', { email: user.email })).status).toBe(202)
    await waitFor(async () => (await countOf('user.password_reset_requested', user.id)) > 0)
    return mailedToken(identity, user.id, 'user.password_reset_requested')
  }

  test('registering — has a link sent that verifies the address, once', async () => {
    const { user, accessToken } = await signedIn()
    expect((await me(accessToken)).body.emailVerified).toBe(false)
    const { secret, url, email } = await mailedToken(identity, user.id, 'user.verification_requested')
    expect(email).toBe(user.email)
    expect(url).toBe(`https://skyhold.test/#verify-email=${secret}`)
    expect((await post('verifications', { token: secret })).status).toBe(204)
    expect((await me(accessToken)).body.emailVerified).toBe(true)
    const again = await post('verifications', { token: secret })
    expect(again.status).toBe(400)
    expect(again.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/token', code: 'link_not_valid' }] })
  })

  test('a link — asked for again — comes at most once a minute, takes the place of the first, and not for a verified address', async () => {
    const { user, accessToken } = await signedIn()
    const first = await mailedToken(identity, user.id, 'user.verification_requested')
    expect((await post('verification-requests', undefined, accessToken)).status).toBe(202)
    expect(await countOf('user.verification_requested', user.id)).toBe(1)
    await age(60_001)
    expect((await post('verification-requests', undefined, accessToken)).status).toBe(202)
    expect(await countOf('user.verification_requested', user.id)).toBe(2)
    const second = await mailedToken(identity, user.id, 'user.verification_requested')
    expect((await post('verifications', { token: first.secret })).status).toBe(400)
    expect((await post('verifications', { token: second.secret })).status).toBe(204)
    await age(60_001)
    expect((await post('verification-requests', undefined, accessToken)).status).toBe(202)
    expect(await countOf('user.verification_requested', user.id)).toBe(2)
  })

  test('a handle — of a link that is good — answers the same each time; used, over or without a service token it answers nothing', async () => {
    const { user, accessToken } = await signedIn()
    const link = await mailedToken(identity, user.id, 'user.verification_requested')
    expect((await mailedToken(identity, user.id, 'user.verification_requested')).url).toBe(link.url)
    const path = `/internal/mail-links/${link.linkHandle}`
    expect((await identity.call('POST', path)).status).toBe(401)
    expect((await identity.call('POST', path, { token: accessToken })).status).toBe(401)
    expect((await post('verifications', { token: link.linkHandle })).status).toBe(400)
    await age(24 * 3_600_000)
    expect((await mailedToken(identity, user.id, 'user.verification_requested')).status).toBe(404)
    expect((await post('verifications', { token: link.secret })).status).toBe(400)
  })

  test('a reset — for an address with and without an account — is the same 202, and sends where there is one', async () => {
    const user = await identity.register()
    const answers = [
      await post('password-resets', { email: user.email.toUpperCase() }),
      await post('password-resets', { email: 'nobody@mail.example' }),
      await post('password-resets', { email: 'no address' }),
    ]
    for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 202, body: null })
    await waitFor(async () => (await countOf('user.password_reset_requested', user.id)) === 1)
    expect((await mailedToken(identity, user.id, 'user.password_reset_requested')).email).toBe(user.email)
  })

  test('a reset — used — sets the password, ends every session, verifies the address, and works once', async () => {
    const { user, accessToken, refreshToken } = await signedIn()
    const { secret } = await resetOf(user)
    const answers = await Promise.all(
      ['first', 'second', 'third'].map((word) =>
        post('password-resets/confirmation', { token: secret, password: `${word} ${NEW_PASSWORD}` }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([204, 400, 400])
    expect((await me(accessToken)).status).toBe(401)
    expect((await post('refresh', { refreshToken })).status).toBe(401)
    expect((await login(user.email, PASSWORD)).status).toBe(401)
    const logins = await Promise.all(['first', 'second', 'third'].map((word) => login(user.email, `${word} ${NEW_PASSWORD}`)))
    expect(logins.map(({ status }) => status)).toEqual(answers.map(({ status }) => (status === 204 ? 200 : 401)))
    const token = logins.find(({ status }) => status === 200)?.body.accessToken ?? ''
    expect((await me(token)).body.emailVerified).toBe(true)
    const audit = await identity.db.rows('SELECT action FROM audit WHERE subject_id = :id', { id: user.id })
    expect(audit).toEqual([{ action: 'user.password_reset' }])
  })

  test('a reset — over, of another purpose, or with a common password — changes nothing', async () => {
    const { user } = await signedIn()
    const verification = await mailedToken(identity, user.id, 'user.verification_requested')
    const reset = await resetOf(user)
    const confirm = (token: string, password = NEW_PASSWORD) => post('password-resets/confirmation', { token, password })
    expect((await confirm(verification.secret)).status).toBe(400)
    expect(pointersOf((await confirm(reset.secret, 'password123')).body)).toEqual(['/password'])
    await age(3_600_000)
    expect(pointersOf((await confirm(reset.secret)).body)).toEqual(['/token'])
    expect((await login(user.email, PASSWORD)).status).toBe(200)
  })

  test('PUT /me/password — with the present one — ends the other sessions and open resets, and keeps this one', async () => {
    const { user, accessToken, refreshToken } = await signedIn()
    const other = await identity.signIn(user)
    const reset = await resetOf(user)
    expect((await put('password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, accessToken)).status).toBe(204)
    expect((await me(accessToken)).status).toBe(200)
    expect((await post('refresh', { refreshToken })).status).toBe(200)
    expect((await me(other.accessToken)).status).toBe(401)
    expect((await post('password-resets/confirmation', { token: reset.secret, password: PASSWORD })).status).toBe(400)
    expect((await login(user.email, PASSWORD)).status).toBe(401)
    expect((await login(user.email, NEW_PASSWORD)).status).toBe(200)
  })

  test('PUT /me/password — with a wrong one, or a common new one — 400 that points at it; guessing is limited', async () => {
    const { accessToken } = await signedIn()
    const change = (currentPassword: string, newPassword = NEW_PASSWORD) => put('password', { currentPassword, newPassword }, accessToken)
    expect(pointersOf((await change(PASSWORD, 'iloveyou')).body)).toEqual(['/newPassword'])
    const statuses: number[] = []
    for (let n = 0; n < 21; n += 1) {
      const { status, body } = await change('a wrong password')
      if (status === 400) expect(body).toMatchObject({ errors: [{ pointer: '/currentPassword', code: 'wrong_password' }] })
      statuses.push(status)
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 400), 429])
  })

  test('PUT /me/email — a new address — is the account’s own when its link is used, and not before', async () => {
    const { user, accessToken } = await signedIn()
    const { email } = registration()
    expect((await put('email', { email, password: PASSWORD }, accessToken)).status).toBe(202)
    expect((await me(accessToken)).body.email).toBe(user.email)
    const link = await mailedToken(identity, user.id, 'user.verification_requested')
    expect(link.email).toBe(email)
    expect((await post('verifications', { token: link.secret })).status).toBe(204)
    expect((await me(accessToken)).body).toMatchObject({ email, emailVerified: true })
    expect((await login(email, PASSWORD)).status).toBe(200)
    expect((await login(user.email, PASSWORD)).status).toBe(401)
  })

  test('PUT /me/email — an address that is taken, now or by the time the link is used, or a wrong password — is refused', async () => {
    const { user, accessToken } = await signedIn()
    const taken = await identity.register()
    expect((await put('email', { email: taken.email.toUpperCase(), password: PASSWORD }, accessToken)).body.code).toBe('email_taken')
    const { email } = registration()
    expect(pointersOf((await put('email', { email, password: 'wrong password' }, accessToken)).body)).toEqual(['/password'])
    await put('email', { email, password: PASSWORD }, accessToken)
    await identity.register({ email })
    const { secret } = await mailedToken(identity, user.id, 'user.verification_requested')
    const answer = await post('verifications', { token: secret })
    expect([answer.status, answer.body.code]).toEqual([409, 'email_taken'])
    expect((await me(accessToken)).body.email).toBe(user.email)
  })

  test('events, tables and the log — after all of it — hold no token of a link', async () => {
    const { user } = await signedIn()
    const secrets = [(await mailedToken(identity, user.id, 'user.verification_requested')).secret, (await resetOf(user)).secret]
    await post('password-resets/confirmation', { token: secrets[1], password: NEW_PASSWORD })
    await post('verifications', { token: secrets[0] })
    const tables = ['users', 'sessions', 'outbox', 'audit', 'mail_links']
    const text = JSON.stringify(await Promise.all(tables.map((table) => identity.db.rows(`SELECT * FROM ${table}`)))) + lines.join('')
    for (const secret of [...secrets, NEW_PASSWORD]) expect(text).not.toContain(secret)
    expect(lines.join('')).toContain('password reset')
  })
})
