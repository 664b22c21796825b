import type { Problem, SecondFactor, SecondFactorSecret, Tokens } from '@skyhold/contracts'
import { createLogger } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { eventsAbout, PASSWORD, resetPassword, useIdentity, verifyAddress } from '../support/identity.ts'
import { appOf, logIn, movingClock, setUpSecondFactor, STEP_MS, wrongCodeFor } from '../support/second-factor.ts'

const PATH = '/api/v1/me/second-factor'

describe.each(databases())('the second factor on $name', (kind) => {
  const clock = movingClock()
  const identity = useIdentity(kind, { parts: { now: clock.now } })

  /** Somebody new, signed in with his password, whose address is not proved yet. */
  async function newcomer() {
    const user = await identity.register()
    return { ...user, token: (await identity.signIn(user)).accessToken }
  }

  async function somebody() {
    const user = await newcomer()
    await verifyAddress(identity, user.token)
    return user
  }

  async function withSecondFactor() {
    const user = await somebody()
    return { ...user, ...(await setUpSecondFactor(identity, clock, user)) }
  }

  const show = async (token: string) => (await identity.call<SecondFactor>('GET', PATH, { token })).body
  const begin = (token: string, password = PASSWORD) =>
    identity.call<SecondFactorSecret & Problem>('POST', PATH, { token, body: { password } })
  const confirm = (token: string, code: string) =>
    identity.call<Problem & { recoveryCodes: string[] }>('POST', `${PATH}/confirmation`, { token, body: { code } })
  const remove = (token: string, body: { password: string; code: string }) => identity.call<Problem>('DELETE', PATH, { token, body })
  const auditOf = (id: string) =>
    identity.db.rows<{ action: string }>(
      'SELECT actor_id AS actor, action, before_json AS was, after_json AS became FROM audit WHERE subject_id = :id ORDER BY id',
      { id },
    )

  test('setting it up — secret, first code, recovery codes — none, pending, active; a sign-in asks for a code only then', async () => {
    const user = await somebody()
    expect(await show(user.token)).toEqual({ status: 'none', recoveryCodesLeft: 0 })
    const begun = await begin(user.token)
    expect(begun.status).toBe(201)
    expect(begun.headers.get('cache-control')).toBe('no-store')
    expect(await show(user.token)).toEqual({ status: 'pending', recoveryCodesLeft: 0 })
    expect((await logIn(identity, user)).status).toBe(200)

    const app = appOf(begun.body.otpauthUri)
    const confirmed = await confirm(user.token, app.codeAt(clock.now()))
    expect(confirmed.status).toBe(200)
    expect(confirmed.headers.get('cache-control')).toBe('no-store')
    expect(new Set(confirmed.body.recoveryCodes).size).toBe(10)
    expect(await show(user.token)).toEqual({ status: 'active', recoveryCodesLeft: 10 })
    const refused = await logIn(identity, user)
    expect(refused.status).toBe(401)
    expect(refused.body.code).toBe('second_factor_required')
    expect(await auditOf(user.id)).toEqual([
      { actor: user.id, action: 'user.second_factor_set_up', was: '{"secondFactor":"none"}', became: '{"secondFactor":"active"}' },
    ])
  })

  test('signing in — with a code — opens a session whose tokens say so, refreshed ones too', async () => {
    const user = await withSecondFactor()
    const code = user.nextCode()
    const { status, body } = await logIn(identity, user, `${code.slice(0, 3)} ${code.slice(3)}`)
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('secondFactorSetupRequired')
    expect(decodeJwt(body.accessToken).amr).toEqual(['pwd', 'otp'])
    const refreshed = await identity.call<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken: body.refreshToken } })
    expect(decodeJwt(refreshed.body.accessToken).amr).toEqual(['pwd', 'otp'])
  })

  test('signing in — by an account without one, even with a code — is by password alone', async () => {
    const { body } = await logIn(identity, await somebody(), '123456')
    expect(decodeJwt(body.accessToken).amr).toEqual(['pwd'])
  })

  test('a code — used before, or older than the last one — is refused; of the steps beside now one is taken', async () => {
    const user = await withSecondFactor()
    const code = user.nextCode()
    expect((await logIn(identity, user, code)).status).toBe(200)
    const again = await logIn(identity, user, code)
    expect(again.status).toBe(401)
    expect(again.body.code).toBe('invalid_second_factor')
    expect((await logIn(identity, user, user.app.codeAt(clock.now() - STEP_MS))).status).toBe(401)
    expect((await logIn(identity, user, user.app.codeAt(clock.now() + STEP_MS))).status).toBe(200)
    clock.shiftMs += 10 * STEP_MS
    expect((await logIn(identity, user, user.app.codeAt(clock.now() - 2 * STEP_MS))).status).toBe(401)
    expect((await logIn(identity, user, user.app.codeAt(clock.now() - STEP_MS))).status).toBe(200)
  })

  test('a code — wrong, of another account, or no code at all — 401; with a wrong password nothing is said of it', async () => {
    const [user, other] = [await withSecondFactor(), await withSecondFactor()]
    for (const code of [wrongCodeFor(user.app, clock.now()), other.nextCode(), other.recoveryCodes[0] ?? '', 'no code at all'])
      expect((await logIn(identity, user, code)).body).toMatchObject({ status: 401, code: 'invalid_second_factor' })
    const wrong = { ...user, password: 'a wrong password' }
    expect((await logIn(identity, wrong)).body.code).toBe('invalid_credentials')
    expect((await logIn(identity, wrong, user.nextCode())).body.code).toBe('invalid_credentials')
    expect((await logIn(identity, user, user.app.codeAt(clock.now()))).status).toBe(200)
  })

  test('a recovery code — in small letters and without hyphens — opens the account once, with an audit row', async () => {
    const user = await withSecondFactor()
    const [code = ''] = user.recoveryCodes
    expect((await logIn(identity, user, code.toLowerCase().replaceAll('-', ''))).status).toBe(200)
    expect((await logIn(identity, user, code)).body.code).toBe('invalid_second_factor')
    const { accessToken } = (await logIn(identity, user, user.recoveryCodes[1])).body
    expect(await show(accessToken)).toEqual({ status: 'active', recoveryCodesLeft: 8 })
    expect((await auditOf(user.id)).slice(1)).toEqual([
      { actor: user.id, action: 'user.recovery_code_used', was: '{"recoveryCodesLeft":10}', became: '{"recoveryCodesLeft":9}' },
      { actor: user.id, action: 'user.recovery_code_used', was: '{"recoveryCodesLeft":9}', became: '{"recoveryCodesLeft":8}' },
    ])
  })

  test('setting it up — ends the sessions that were opened without it, and lifts the one that did it', async () => {
    const user = await identity.register()
    const [mine, other] = [await identity.signIn(user), await identity.signIn(user)]
    await setUpSecondFactor(identity, clock, { ...user, token: mine.accessToken })
    expect((await identity.call('GET', '/api/v1/me', { token: other.accessToken })).status).toBe(401)
    expect(await eventsAbout(identity.db, String(decodeJwt(other.accessToken).sid))).toHaveLength(1)
    const { body } = await identity.call<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken: mine.refreshToken } })
    expect(decodeJwt(body.accessToken).amr).toEqual(['pwd', 'otp'])
  })

  test('setting it up — a wrong password, a wrong code, one that is active, none that is pending — is refused', async () => {
    const user = await somebody()
    expect((await begin(user.token, 'a wrong password')).body).toMatchObject({ status: 400, errors: [{ code: 'wrong_password' }] })
    expect((await confirm(user.token, '123456')).body).toMatchObject({ status: 409, code: 'invalid_transition' })
    const first = appOf((await begin(user.token)).body.otpauthUri)
    const second = appOf((await begin(user.token)).body.otpauthUri)
    expect((await confirm(user.token, first.codeAt(clock.now()))).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/code', code: 'wrong_code' }],
    })
    expect((await confirm(user.token, second.codeAt(clock.now()))).status).toBe(200)
    expect((await begin(user.token)).body).toMatchObject({ status: 409, code: 'invalid_transition' })
    expect((await confirm(user.token, second.codeAt(clock.now() + STEP_MS))).status).toBe(409)
  })

  test('setting it up — with an address that is not proved — 409; so the owner of the address gets in by a reset, whoever has registered it', async () => {
    const stranger = await newcomer()
    expect((await begin(stranger.token)).body).toMatchObject({ status: 409, code: 'email_not_verified' })
    expect((await confirm(stranger.token, '123456')).body).toMatchObject({ status: 409, code: 'email_not_verified' })
    expect(await show(stranger.token)).toEqual({ status: 'none', recoveryCodesLeft: 0 })
    const password = 'seven green umbrellas'
    await resetPassword(identity, stranger, password)
    const owner = await logIn(identity, { email: stranger.email, password })
    expect(owner.status).toBe(200)
    expect((await begin(owner.body.accessToken, password)).status).toBe(201)
  })

  test('taking it off — by password and code alone — asks for no code any more, and its recovery codes are gone', async () => {
    const user = await withSecondFactor()
    const code = user.nextCode()
    const other = (await logIn(identity, user, code)).body
    expect((await remove(user.token, { password: PASSWORD, code })).body).toMatchObject({ status: 400, errors: [{ code: 'wrong_code' }] })
    expect((await remove(user.token, { password: 'a wrong password', code: user.nextCode() })).status).toBe(400)
    expect((await remove(user.token, { password: PASSWORD, code: user.nextCode() })).status).toBe(204)
    expect(await show(user.token)).toEqual({ status: 'none', recoveryCodesLeft: 0 })
    expect((await identity.call('GET', '/api/v1/me', { token: other.accessToken })).status).toBe(401)
    expect((await logIn(identity, user)).status).toBe(200)
    expect((await remove(user.token, { password: PASSWORD, code: user.nextCode() })).body.code).toBe('invalid_transition')
    expect((await auditOf(user.id)).map(({ action }) => action)).toEqual(['user.second_factor_set_up', 'user.second_factor_removed'])
  })

  test('the database and the answers — after all this — hold neither secret nor recovery code', async () => {
    const user = await withSecondFactor()
    await logIn(identity, user, user.recoveryCodes[0])
    const tables = ['users', 'sessions', 'second_factors', 'recovery_codes', 'outbox', 'audit']
    const text = JSON.stringify(await Promise.all(tables.map((table) => identity.db.rows(`SELECT * FROM ${table}`))))
    for (const secret of [user.secret, ...user.recoveryCodes, ...user.recoveryCodes.map((code) => code.replaceAll('-', ''))])
      expect(text).not.toContain(secret)
    expect(Object.keys(await show(user.token))).toEqual(['status', 'recoveryCodesLeft'])
  })

  test('the log — of setting up, signing in and failing — names ids, and neither secret nor code', async () => {
    const lines: string[] = []
    const logger = createLogger({ service: 'identity', level: 'trace', destination: { write: (line) => lines.push(line) } })
    const logged = await identity.startAnother({ parts: { now: clock.now, logger } })
    const user = await logged.register()
    const token = (await logged.signIn(user)).accessToken
    const { secret, recoveryCodes, nextCode } = await setUpSecondFactor(logged, clock, { ...user, token })
    const code = nextCode()
    for (const typed of [code, code, recoveryCodes[0], 'a canary that sings']) await logIn(logged, user, typed)
    await logged.close()
    const log = lines.join('')
    for (const text of [user.id, 'second factor set up', 'recovery code used', 'code of a second factor refused'])
      expect(log).toContain(text)
    // In quotes: six digits alone may be a part of an id or of a time.
    for (const text of [secret, `"${code}"`, 'canary', ...recoveryCodes, user.email]) expect(log).not.toContain(text)
  })

  test.each([
    ['POST', PATH, {}, '/password'],
    ['POST', PATH, { password: PASSWORD, secret: 'AAAA' }, '/secret'],
    ['POST', `${PATH}/confirmation`, { code: 123456 }, '/code'],
    ['DELETE', PATH, { password: PASSWORD }, '/code'],
  ])('%s %s — with %j — 400 that points at it', async (method, path, body, pointer) => {
    const answer = await identity.call<Problem>(method, path, { token: (await somebody()).token, body })
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer }] })
  })

  test('the second factor — without a token — 401', async () => {
    for (const [method, path] of [
      ['GET', PATH],
      ['POST', PATH],
      ['POST', `${PATH}/confirmation`],
      ['DELETE', PATH],
    ] as const)
      expect((await identity.call(method, path, method === 'GET' ? {} : { body: {} })).status).toBe(401)
  })
})
