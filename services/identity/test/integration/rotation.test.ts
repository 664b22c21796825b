import { createLogger, createTokenVerifier, type Database } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { decodeProtectedHeader } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { AuditRepository } from '../../src/repositories/audit.ts'
import { SigningKeyRepository } from '../../src/repositories/signing-key.ts'
import { KeyRing } from '../../src/services/key-ring.ts'
import {
  FORMER_KEPT_MS,
  PUBLISHED_BEFORE_SIGNING_MS,
  retireFormerKeys,
  retireKeyByOperator,
  rotateKeys,
} from '../../src/services/rotate-keys.ts'
import { type TestIdentity, useIdentity } from '../support/identity.ts'

const SECRET = 'development secret, never in production'
const logger = createLogger({ service: 'test', level: 'silent' })

describe.each(databases())('key rotation on $name', (kind) => {
  const options = { env: { KEY_ENCRYPTION_SECRET: SECRET } }
  const shared = useIdentity(kind, options)
  const start = () => shared.startAnother(options)
  let identity: TestIdentity
  let keys: SigningKeyRepository

  /** A process as on the first day: there is one key. */
  beforeEach(async () => {
    for (const table of ['signing_keys', 'audit']) await shared.db.run(`DELETE FROM ${table}`)
    identity = await start()
    keys = new SigningKeyRepository(identity.db)
  })

  /** As if the time had gone by: the clock of a database server cannot be moved. */
  const age = (db: Database, byMs: number) =>
    db.run('UPDATE signing_keys SET created_at = created_at - :byMs, activated_at = activated_at - :byMs', { byMs })

  const rotate = (pause: (ms: number) => Promise<unknown> = (ms) => age(identity.db, ms)) =>
    rotateKeys({ ...parts(), secret: SECRET, pause })
  const parts = () => ({ db: identity.db, keys, audit: new AuditRepository(identity.db), logger })
  const retire = () => retireFormerKeys(parts())
  const audited = async () =>
    (await identity.db.rows<{ action: string }>('SELECT actor_id AS actor, action, subject_id AS kid FROM audit ORDER BY id')).filter(
      ({ action }) => action.startsWith('signing_key.'),
    )
  const statuses = async () => (await keys.listStates()).map(({ status }) => status)
  /** Of a replica that starts now, and so knows all that is in the database. */
  const freshRing = () => new KeyRing({ db: identity.db, repository: keys, secret: SECRET, logger })

  test('a rotation — asked for — publishes a second key, waits until it is known, and lets it sign; the former verifies on', async () => {
    const user = await identity.register()
    const before = await identity.signIn(user)
    const waited: number[] = []
    await rotate(async (ms) => {
      waited.push(ms)
      expect(await statuses()).toEqual(['active', 'next'])
      expect((await freshRing().jwks()).keys).toHaveLength(2)
      expect((await freshRing().signer()).kid).toBe(decodeProtectedHeader(before.accessToken).kid)
      await age(identity.db, ms)
    })
    expect(waited[0]).toBeGreaterThan(PUBLISHED_BEFORE_SIGNING_MS - 10_000)
    expect(await statuses()).toEqual(['former', 'active'])

    const replica = await start()
    const after = await replica.signIn(user)
    expect(decodeProtectedHeader(after.accessToken).kid).not.toBe(decodeProtectedHeader(before.accessToken).kid)
    for (const { accessToken } of [before, after])
      expect((await replica.call('GET', '/api/v1/me', { token: accessToken })).status).toBe(200)
  })

  test('a former key — before its last token has expired — stays; after it is retired, with its private half erased', async () => {
    const { accessToken } = await identity.signIn(await identity.register())
    await rotate()
    await retire()
    expect(await statuses()).toEqual(['former', 'active'])
    await age(identity.db, FORMER_KEPT_MS)
    await retire()
    await retire()
    expect(await statuses()).toEqual(['retired', 'active'])
    expect(await identity.db.rows(`SELECT kid FROM signing_keys WHERE private_sealed = ''`)).toEqual([
      { kid: decodeProtectedHeader(accessToken).kid },
    ])
    const jwks = await freshRing().jwks()
    expect(jwks.keys).toHaveLength(1)
    const verifier = createTokenVerifier({ issuer: 'https://skyhold.test', keys: jwks })
    await expect(verifier.verify(accessToken)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  test('a rotation — broken off while it waits — is carried on with the same key by the next', async () => {
    await expect(rotate(() => Promise.reject(new Error('killed')))).rejects.toThrow('killed')
    const next = await keys.findNext()
    expect((await rotate()).kid).toBe(next?.kid)
    expect(await statuses()).toEqual(['former', 'active'])
  })

  test('rotations — four at once — make one new key', async () => {
    let waiting = 0
    const { promise: allWait, resolve: release } = Promise.withResolvers<void>()
    const pause = () => {
      waiting += 1
      if (waiting === 4) release()
      return allWait
    }
    const kids = await Promise.all(Array.from({ length: 4 }, () => rotate(pause)))
    expect(new Set(kids.map(({ kid }) => kid)).size).toBe(1)
    expect(await statuses()).toEqual(['former', 'active'])
  })

  test('two rotations in a row — before the first key has retired — keep three keys, of which one signs', async () => {
    await rotate()
    await rotate()
    expect(await statuses()).toEqual(['former', 'former', 'active'])
    await age(identity.db, FORMER_KEPT_MS)
    await retire()
    expect(await statuses()).toEqual(['retired', 'retired', 'active'])
  })

  test('rotation and retirement — are in the audit, as the operator’s and as the job’s', async () => {
    const { kid } = await rotate()
    await age(identity.db, FORMER_KEPT_MS)
    await retire()
    await retire()
    const [first] = (await keys.listStates()).filter(({ status }) => status === 'retired')
    expect(await audited()).toEqual([
      { actor: 'operator', action: 'signing_key.published', kid },
      { actor: 'operator', action: 'signing_key.activated', kid },
      { actor: 'job:retire-keys', action: 'signing_key.retired', kid: first?.kid },
    ])
  })

  test('a stolen key — retired by the operator before its tokens have expired — is believed no more; the one that signs cannot be', async () => {
    const { accessToken } = await identity.signIn(await identity.register())
    const kid = String(decodeProtectedHeader(accessToken).kid)
    await expect(retireKeyByOperator(kid, parts())).rejects.toThrow('rotate')
    await expect(retireKeyByOperator('a key that is none', parts())).rejects.toThrow('no key')
    expect(await statuses()).toEqual(['active'])
    await rotate()
    await retireKeyByOperator(kid, parts())
    await retireKeyByOperator(kid, parts())
    expect(await statuses()).toEqual(['retired', 'active'])
    expect((await audited()).at(-1)).toEqual({ actor: 'operator', action: 'signing_key.retired', kid })
    expect(await audited()).toHaveLength(3)
    const verifier = createTokenVerifier({ issuer: 'https://skyhold.test', keys: await freshRing().jwks() })
    await expect(verifier.verify(accessToken)).rejects.toMatchObject({ code: 'invalid_token' })
  })
})
