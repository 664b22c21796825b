import type { Tokens } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { DEMO_AGENT } from '../../src/app.ts'
import { ADMIN, mailedToken, registration, type TestIdentity, useIdentity } from '../support/identity.ts'

describe.each(databases())('the first accounts on $name', (kind) => {
  const shared = useIdentity(kind)
  const start = (env: Record<string, string> = {}) => shared.startAnother({ env })

  /** As before the first start. */
  beforeEach(async () => {
    for (const table of ['users', 'first_accounts', 'audit']) await shared.db.run(`DELETE FROM ${table}`)
  })

  const statusOf = async (identity: TestIdentity, body: { email: string; password: string }) =>
    (await identity.call<Tokens>('POST', '/api/v1/auth/login', { body })).status
  const countWith = async ({ db }: TestIdentity, role: string) =>
    (await db.rows('SELECT id FROM users WHERE roles LIKE :part', { part: `%${role}%` })).length

  async function changeAddress(identity: TestIdentity, who: { email: string; password: string }): Promise<void> {
    const { accessToken: token } = await identity.signIn(who)
    const body = { email: registration().email, password: who.password }
    expect((await identity.call('PUT', '/api/v1/me/email', { token, body })).status).toBe(202)
    const link = await mailedToken(identity, String(decodeJwt(token).sub), 'user.verification_requested')
    expect((await identity.call('POST', '/api/v1/auth/verifications', { body: { token: link.secret } })).status).toBe(204)
  }

  test('administrator and agent — who have changed their addresses — are not made a second time', async () => {
    const identity = await start({ SEED: 'demo' })
    for (const who of [ADMIN, DEMO_AGENT]) await changeAddress(identity, who)
    const again = await start({ SEED: 'demo' })
    for (const who of [ADMIN, DEMO_AGENT]) expect(await statusOf(again, who)).toBe(401)
    for (const role of ['admin', 'agent']) expect(await countWith(again, role)).toBe(1)
  })

  test('an agent — whose role was taken away, and who has changed his address — is not made again', async () => {
    const identity = await start({ SEED: 'demo' })
    await changeAddress(identity, DEMO_AGENT)
    await identity.db.run("UPDATE users SET roles = 'customer' WHERE roles LIKE '%agent%'")
    expect(await statusOf(await start({ SEED: 'demo' }), DEMO_AGENT)).toBe(401)
  })

  test('an installation of before the first accounts were kept — with an administrator at another address — keeps the one it has', async () => {
    const identity = await start()
    await changeAddress(identity, ADMIN)
    await identity.db.run('DELETE FROM first_accounts')
    const again = await start()
    expect(await statusOf(again, ADMIN)).toBe(401)
    expect(await countWith(again, 'admin')).toBe(1)
  })

  test('four replicas — that start at once, each with another ADMIN_EMAIL — make one administrator, and one row in the audit', async () => {
    const names = ['one', 'two', 'three', 'four']
    const [identity] = await Promise.all(names.map((name) => start({ ADMIN_EMAIL: `${name}@skyhold.example` })))
    if (!identity) throw new Error('No replica started.')
    expect(await countWith(identity, 'admin')).toBe(1)
    const [admin] = await identity.db.rows<{ id: string; email: string }>('SELECT id, email FROM users')
    const rows = await identity.db.rows(
      'SELECT actor_id AS actor, action, subject_id AS subject, before_json AS was, after_json AS became FROM audit',
    )
    const became = JSON.stringify({ email: admin?.email, roles: ['customer', 'admin'] })
    expect(rows).toEqual([{ actor: 'operator', action: 'user.created', subject: admin?.id, was: 'null', became }])
  })

  test('an address of the settings — that a customer has, while nobody is an administrator — stays his, without the role, at each start', async () => {
    const identity = await start()
    const user = await identity.register({ email: 'later-admin@mail.example' })
    await identity.db.run("DELETE FROM users WHERE roles LIKE '%admin%'")
    await identity.db.run('DELETE FROM first_accounts')
    const again = await start({ ADMIN_EMAIL: user.email })
    expect(decodeJwt((await again.signIn(user)).accessToken).roles).toEqual(['customer'])
    expect(await countWith(await start(), 'admin')).toBe(1)
  })
})
