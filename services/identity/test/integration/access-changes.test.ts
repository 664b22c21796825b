import type { EventEnvelope, Problem, Tokens } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { ADMIN, mailedToken, PASSWORD, registration, resetPassword, resetToken, useIdentity } from '../support/identity.ts'
import { logIn, movingClock, setUpSecondFactor } from '../support/second-factor.ts'

const NEW_PASSWORD = 'seven green umbrellas'

/** What a thief of an account does first; its owner hears of each, at an address that he reads. */
describe.each(databases())('changes of what opens an account on $name', (kind) => {
  const clock = movingClock()
  const identity = useIdentity(kind, { parts: { now: clock.now } })

  const call = (method: 'POST' | 'PUT' | 'DELETE', path: string, token: string | null, body?: object) =>
    identity.call<Problem>(method, `/api/v1${path}`, { ...(token !== null && { token }), ...(body && { body }) })
  async function somebody() {
    const user = await identity.register()
    return { ...user, token: (await identity.signIn(user)).accessToken }
  }
  /** What was announced of a user's access, oldest first, as change and address; each once, with the number of its row in the audit. */
  async function toldTo({ id }: { id: string }): Promise<string[][]> {
    const rows = await identity.db.rows<{ payload: string }>("SELECT payload FROM outbox WHERE type = 'user.access_changed' ORDER BY id")
    const events = rows
      .map(({ payload }) => JSON.parse(payload) as EventEnvelope<'user.access_changed'>)
      .filter(({ data }) => data.userId === id)
    const audited = await identity.db.rows<{ id: number; action: string }>('SELECT id, action FROM audit WHERE subject_id = :id', { id })
    for (const { aggregate, data } of events)
      expect(audited.filter((row) => `aud_${row.id}` === aggregate.id && row.action === `user.${data.change}`)).toHaveLength(1)
    return events.map(({ data }) => [data.change, data.email])
  }

  test('a password — changed, and set anew by a link — is told each time', async () => {
    const user = await somebody()
    expect((await call('PUT', '/me/password', user.token, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })).status).toBe(204)
    await resetPassword(identity, user, PASSWORD)
    expect(await toldTo(user)).toEqual([
      ['password_changed', user.email],
      ['password_reset', user.email],
    ])
  })

  test('an address — asked to be changed, and changed — is told each time to the one before; a wrong password is told to nobody', async () => {
    const user = await somebody()
    const { email } = registration()
    expect((await call('PUT', '/me/email', user.token, { email, password: 'a wrong password' })).status).toBe(400)
    expect((await call('PUT', '/me/email', user.token, { email, password: PASSWORD })).status).toBe(202)
    const requested = ['email_change_requested', user.email]
    expect(await toldTo(user)).toEqual([requested])
    // Of what was not sent there is nothing to tell.
    expect((await call('PUT', '/me/email', user.token, { email, password: PASSWORD })).status).toBe(202)
    expect(await toldTo(user)).toEqual([requested])
    const { secret } = await mailedToken(identity, user.id, 'user.verification_requested')
    expect((await call('POST', '/auth/verifications', null, { token: secret })).status).toBe(204)
    expect(await toldTo(user)).toEqual([requested, ['email_changed', user.email]])
  })

  const signIn = async (who: { email: string; password: string }) => (await identity.signIn(who)).accessToken
  test.each<[string, (user: { id: string; email: string; password: string }) => Promise<unknown>]>([
    ['a reset of the password', (user) => resetPassword(identity, user, NEW_PASSWORD)],
    [
      'a change of the password',
      async (user) => call('PUT', '/me/password', await signIn(user), { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    ],
    ['signing out everywhere else', async (user) => call('DELETE', '/me/sessions', await signIn(user))],
    ['an administrator who signs the account out', async ({ id }) => call('DELETE', `/users/${id}/sessions`, await signIn(ADMIN))],
  ])('a change of the address — asked for by who has the password, before %s — ends with it', async (_name, act) => {
    const user = await somebody()
    const { email } = registration()
    expect((await call('PUT', '/me/email', user.token, { email, password: PASSWORD })).status).toBe(202)
    const { secret } = await mailedToken(identity, user.id, 'user.verification_requested')
    await act(user)
    const used = await call('POST', '/auth/verifications', null, { token: secret })
    expect(used.body).toMatchObject({ status: 400, errors: [{ code: 'link_not_valid' }] })
    const [row] = await identity.db.rows('SELECT email FROM users WHERE id = :id', { id: user.id })
    expect(row).toEqual({ email: user.email })
  })

  test('a change of the address — asked for before an administrator resets a lost second factor — ends with it', async () => {
    const user = await somebody()
    await setUpSecondFactor(identity, clock, user)
    await call('PUT', '/me/email', user.token, { email: registration().email, password: PASSWORD })
    const { secret } = await mailedToken(identity, user.id, 'user.verification_requested')
    expect((await call('DELETE', `/users/${user.id}/second-factor`, await signIn(ADMIN))).status).toBe(204)
    expect((await call('POST', '/auth/verifications', null, { token: secret })).status).toBe(400)
  })

  test('the link of the address that one has — after a change of the password — verifies it still; a reset that was open is over', async () => {
    const user = await somebody()
    const own = await mailedToken(identity, user.id, 'user.verification_requested')
    const reset = await resetToken(identity, user)
    await call('PUT', '/me/password', user.token, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
    expect((await call('POST', '/auth/password-resets/confirmation', null, { token: reset, password: PASSWORD })).status).toBe(400)
    expect((await call('POST', '/auth/verifications', null, { token: own.secret })).status).toBe(204)
  })

  test('verifying the address that one has — changes nothing and is not told', async () => {
    const user = await somebody()
    const { secret } = await mailedToken(identity, user.id, 'user.verification_requested')
    expect((await call('POST', '/auth/verifications', null, { token: secret })).status).toBe(204)
    expect(await toldTo(user)).toEqual([])
  })

  test('a second factor — set up, stood in for by a recovery code, and taken off — is told each time', async () => {
    const user = await somebody()
    const { recoveryCodes, nextCode } = await setUpSecondFactor(identity, clock, user)
    const signedIn = await logIn(identity, user, recoveryCodes[0])
    expect(signedIn.status).toBe(200)
    expect((await logIn(identity, user, recoveryCodes[0])).status).toBe(401)
    const body = { password: PASSWORD, code: nextCode() }
    expect((await call('DELETE', '/me/second-factor', signedIn.body.accessToken, body)).status).toBe(204)
    expect(await toldTo(user)).toEqual([
      ['second_factor_set_up', user.email],
      ['recovery_code_used', user.email],
      ['second_factor_removed', user.email],
    ])
  })

  test('a second factor — that the staff has reset — is told to its owner', async () => {
    const user = await somebody()
    await setUpSecondFactor(identity, clock, user)
    const admin = await identity.call<Tokens>('POST', '/api/v1/auth/login', { body: ADMIN })
    expect((await call('DELETE', `/users/${user.id}/second-factor`, admin.body.accessToken)).status).toBe(204)
    expect((await toldTo(user)).at(-1)).toEqual(['second_factor_reset', user.email])
  })
})
