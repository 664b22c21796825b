import type { EventEnvelope, Tokens } from '@skyhold/contracts'
import { databases, type TestDatabase, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, mailedToken, PASSWORD, registration, startIdentity, type TestIdentity } from '../support/identity.ts'
import { logIn, movingClock, setUpSecondFactor } from '../support/second-factor.ts'

const NEW_PASSWORD = 'seven green umbrellas'

/** What a thief of an account does first; its owner hears of each, at an address that he reads. */
describe.each(databases())('changes of what opens an account on $name', (kind) => {
  const clock = movingClock()
  let identity: TestIdentity
  let database: TestDatabase

  beforeAll(async () => {
    database = await kind.create()
    identity = await startIdentity({ url: database.url, parts: { now: clock.now } })
  })
  afterAll(async () => {
    await identity.close()
    await database.drop()
  })

  const call = (method: 'POST' | 'PUT' | 'DELETE', path: string, token: string | null, body?: object) =>
    identity.call(method, `/api/v1${path}`, { ...(token !== null && { token }), ...(body && { body }) })
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
    await call('POST', '/auth/password-resets', null, { email: user.email })
    const requested = 'user.password_reset_requested'
    await waitFor(
      async () =>
        (
          await identity.db.rows('SELECT id FROM outbox WHERE type = :requested AND payload LIKE :part', {
            requested,
            part: `%${user.id}%`,
          })
        ).length > 0,
    )
    const { secret } = await mailedToken(identity, user.id, requested)
    expect((await call('POST', '/auth/password-resets/confirmation', null, { token: secret, password: PASSWORD })).status).toBe(204)
    expect(await toldTo(user)).toEqual([
      ['password_changed', user.email],
      ['password_reset', user.email],
    ])
  })

  test('an address — changed — is told to the one before; a wrong password and an unused link are told to nobody', async () => {
    const user = await somebody()
    const { email } = registration()
    expect((await call('PUT', '/me/email', user.token, { email, password: 'a wrong password' })).status).toBe(400)
    expect((await call('PUT', '/me/email', user.token, { email, password: PASSWORD })).status).toBe(202)
    expect(await toldTo(user)).toEqual([])
    const { secret } = await mailedToken(identity, user.id, 'user.verification_requested')
    expect((await call('POST', '/auth/verifications', null, { token: secret })).status).toBe(204)
    expect(await toldTo(user)).toEqual([['email_changed', user.email]])
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
