import type { Problem, Tokens } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { PASSWORD, useIdentity, verifyAddress } from '../support/identity.ts'
import { logIn, movingClock, setUpSecondFactor, wrongCodeFor } from '../support/second-factor.ts'

const QUOTA = 3

describe.each(databases())('the second factor that is required on $name', (kind) => {
  const clock = movingClock()
  const env = { SECOND_FACTOR_REQUIRED: 'on', RATE_LIMIT_LOGIN_PER_MINUTE: String(QUOTA) }
  const identity = useIdentity(kind, { env, parts: { now: clock.now } })

  const rolesOf = ({ accessToken }: Tokens) => decodeJwt(accessToken).roles
  const refreshed = async ({ refreshToken }: Tokens) =>
    (await identity.call<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken } })).body
  const users = async ({ accessToken }: Tokens) => (await identity.call('GET', '/api/v1/users', { token: accessToken })).status
  async function administrator() {
    const user = await identity.register()
    await identity.db.run(`UPDATE users SET roles = 'customer,admin' WHERE id = :id`, { id: user.id })
    return user
  }

  test('an administrator — without one — is a customer and told so, until he has set it up; then he is one at the next refresh', async () => {
    const admin = await administrator()
    const tokens = (await logIn(identity, admin)).body
    expect(tokens.secondFactorSetupRequired).toBe(true)
    expect(rolesOf(tokens)).toEqual(['customer'])
    expect(await users(tokens)).toBe(403)
    expect(rolesOf(await refreshed(tokens))).toEqual(['customer'])

    const second = (await logIn(identity, admin)).body
    const { nextCode } = await setUpSecondFactor(identity, clock, { ...admin, token: second.accessToken })
    const lifted = await refreshed(second)
    expect(lifted).not.toHaveProperty('secondFactorSetupRequired')
    expect(rolesOf(lifted)).toEqual(['customer', 'admin'])
    expect(await users(lifted)).toBe(200)
    expect(rolesOf((await logIn(identity, admin, nextCode())).body)).toEqual(['customer', 'admin'])
  })

  test('an administrator — who takes his off — is signed out everywhere, and a customer when he signs in again', async () => {
    const admin = await administrator()
    const tokens = (await logIn(identity, admin)).body
    const { nextCode } = await setUpSecondFactor(identity, clock, { ...admin, token: tokens.accessToken })
    const lifted = await refreshed(tokens)
    expect(await users(lifted)).toBe(200)
    const body = { password: admin.password, code: nextCode() }
    expect((await identity.call('DELETE', '/api/v1/me/second-factor', { token: lifted.accessToken, body })).status).toBe(204)
    expect(await users(lifted)).toBe(401)
    expect(await refreshed(lifted)).toMatchObject({ code: 'invalid_token' })
    const next = (await logIn(identity, admin)).body
    expect([next.secondFactorSetupRequired, rolesOf(next)]).toEqual([true, ['customer']])
  })

  test('a customer — who takes his off — stays signed in where he did it', async () => {
    const user = await identity.register()
    const token = (await identity.signIn(user)).accessToken
    const { nextCode } = await setUpSecondFactor(identity, clock, { ...user, token })
    const body = { password: PASSWORD, code: nextCode() }
    expect((await identity.call('DELETE', '/api/v1/me/second-factor', { token, body })).status).toBe(204)
    expect((await identity.call('GET', '/api/v1/me', { token })).status).toBe(200)
  })

  test('a customer — is asked for nothing; made an agent — he is told at his next refresh', async () => {
    const user = await identity.register()
    const tokens = await identity.signIn(user)
    expect(tokens).not.toHaveProperty('secondFactorSetupRequired')
    await identity.db.run(`UPDATE users SET roles = 'agent' WHERE id = :id`, { id: user.id })
    const next = await refreshed(tokens)
    expect(next.secondFactorSetupRequired).toBe(true)
    expect(rolesOf(next)).toEqual(['customer'])
  })

  test('wrong codes — as many as wrong passwords may be — close the account for the minute; a code left out counts nothing', async () => {
    const user = await identity.register()
    const token = (await identity.signIn(user)).accessToken
    const { app, nextCode } = await setUpSecondFactor(identity, clock, { ...user, token })
    const login = (from: string, code?: string) =>
      identity.call<Problem>('POST', '/api/v1/auth/login', {
        body: { email: user.email, password: PASSWORD, ...(code !== undefined && { code }) },
        headers: { 'x-forwarded-for': from },
      })
    for (let n = 0; n < QUOTA + 2; n += 1) expect((await login('198.51.100.1')).body.code).toBe('second_factor_required')
    for (let n = 0; n < QUOTA; n += 1)
      expect((await login(`198.51.100.${n}`, wrongCodeFor(app, clock.now()))).body.code).toBe('invalid_second_factor')
    const closed = await login('198.51.100.9', app.codeAt(clock.now()))
    expect(closed.status).toBe(429)
    expect(Number(closed.headers.get('retry-after'))).toBeGreaterThan(0)
    // The clock of a database server cannot be moved: what it has noted can.
    await identity.db.run('UPDATE login_tries SET window_start = window_start - 60000, closed_until = closed_until - 60000')
    expect((await login('198.51.100.9', nextCode())).status).toBe(200)
  })

  test('wrong codes — typed by who is signed in — count too', async () => {
    const user = await identity.register()
    const token = (await identity.signIn(user)).accessToken
    await verifyAddress(identity, token)
    await identity.call('POST', '/api/v1/me/second-factor', { token, body: { password: PASSWORD } })
    const confirm = async () =>
      (await identity.call('POST', '/api/v1/me/second-factor/confirmation', { token, body: { code: 'not a code' } })).status
    for (let n = 0; n < QUOTA; n += 1) expect(await confirm()).toBe(400)
    expect(await confirm()).toBe(429)
  })
})
