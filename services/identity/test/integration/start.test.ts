import type { Tokens } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEMO_AGENT } from '../../src/app.ts'
import { ADMIN, startIdentity, useIdentity } from '../support/identity.ts'

describe.each(databases())('identity starting on $name', (kind) => {
  const identity = useIdentity(kind)
  const start = (env: Record<string, string> = {}) => identity.startAnother({ env })

  test('a restart — keeps keys, sessions and accounts', async () => {
    const before = await start()
    const user = await before.register()
    const tokens = await before.signIn(user)
    await before.close()
    const after = await start()
    expect((await after.call('GET', '/api/v1/me', { token: tokens.accessToken })).status).toBe(200)
    const refreshed = await after.call<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken: tokens.refreshToken } })
    expect(refreshed.status).toBe(200)
    expect(decodeProtectedHeader(refreshed.body.accessToken).kid).toBe(decodeProtectedHeader(tokens.accessToken).kid)
  })

  test('four replicas — starting at once — make one key and one administrator, and accept each other’s tokens', async () => {
    const database = await kind.create()
    onTestFinished(() => database.drop())
    const replicas = await Promise.all(Array.from({ length: 4 }, () => startIdentity({ url: database.url })))
    for (const replica of replicas) onTestFinished(() => replica.close())
    const [first] = replicas
    if (!first) throw new Error('No replica started.')
    expect(await first.db.rows('SELECT kid FROM signing_keys')).toHaveLength(1)
    expect(await first.db.rows(`SELECT id FROM users WHERE email_normalized = :email`, { email: ADMIN.email })).toHaveLength(1)
    const { accessToken } = await first.signIn(ADMIN)
    for (const replica of replicas) expect((await replica.call('GET', '/api/v1/users', { token: accessToken })).status).toBe(200)
  })

  test('another KEY_ENCRYPTION_SECRET — than the keys were sealed with — does not start, and does not wait for a better one', async () => {
    await expect(start({ KEY_ENCRYPTION_SECRET: 'another secret, which is long enough' })).rejects.toThrow(
      'KEY_ENCRYPTION_SECRET is not the one',
    )
  })

  test('another ADMIN_PASSWORD — at a later start — changes nothing', async () => {
    const later = await start({ ADMIN_PASSWORD: 'a later idea of mine' })
    await later.signIn(ADMIN)
    const answer = await later.call('POST', '/api/v1/auth/login', { body: { email: ADMIN.email, password: 'a later idea of mine' } })
    expect(answer.status).toBe(401)
  })

  test('ADMIN_EMAIL — of an account that somebody registered — gives that account no role', async () => {
    const user = await identity.register({ email: 'later-admin@mail.example' })
    const after = await start({ ADMIN_EMAIL: 'later-admin@mail.example' })
    expect(decodeJwt((await after.signIn(user)).accessToken).roles).toEqual(['customer'])
  })

  test('SEED=demo — makes the agent of the demonstration', async () => {
    const demo = await start({ SEED: 'demo' })
    expect(decodeJwt((await demo.signIn(DEMO_AGENT)).accessToken).roles).toEqual(['customer', 'agent'])
  })
})
