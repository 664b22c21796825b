import { dirname } from 'node:path'
import { QUEUES, type Problem, type Tokens, type User } from '@skyhold/contracts'
import { createLogger, openBus } from '@skyhold/platform'
import { hash } from '@node-rs/argon2'
import { databases, type TestDatabase } from '@skyhold/testkit'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HashingQueue } from '../../src/services/hashing-queue.ts'
import {
  ADMIN,
  backdateSpending,
  eventsAbout,
  PASSWORD,
  pointersOf,
  registration,
  startIdentity,
  useIdentity,
  withoutRequestId,
} from '../support/identity.ts'

class CountingQueue extends HashingQueue {
  runs = 0

  override run<T>(work: () => Promise<T>): Promise<T> {
    this.runs += 1
    return super.run(work)
  }
}

describe.each(databases())('sign-in on $name', (kind) => {
  const hashingQueue = new CountingQueue({ concurrency: 2, waitingMax: 256 })
  const identity = useIdentity(kind, { parts: { hashingQueue } })

  test('register — a new address — 201, the user as the contract has it, and one event for the welcome e-mail', async () => {
    const body = registration()
    const answer = await identity.call<User>('POST', '/api/v1/auth/register', { body, headers: { 'x-request-id': 'req-register' } })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { password: _, ...shown } = body
    expect(answer.body).toEqual({ id: expect.stringMatching(/^usr_/), ...shown, roles: ['customer'] })
    expect(await eventsAbout(identity.db, answer.body.id)).toMatchObject([
      {
        type: 'user.registered',
        correlationId: 'req-register',
        data: { userId: answer.body.id, email: body.email, givenNames: body.givenNames, familyName: body.familyName },
      },
    ])
  })

  test('register — an address that is taken, in other letters — 409 email_taken', async () => {
    const user = await identity.register()
    const answer = await identity.call<Problem>('POST', '/api/v1/auth/register', {
      body: registration({ email: user.email.toUpperCase() }),
    })
    expect(answer.status).toBe(409)
    expect(answer.body.code).toBe('email_taken')
  })

  test('register — one address twenty times at once — one 201, the others 409, one row, one event', async () => {
    const { email } = registration()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        identity.call<User & Problem>('POST', '/api/v1/auth/register', {
          body: registration({ email: index % 2 ? email : email.toLowerCase() }),
        }),
      ),
    )
    const created = answers.filter(({ status }) => status === 201)
    expect(created).toHaveLength(1)
    expect(answers.filter(({ status, body }) => status === 409 && body.code === 'email_taken')).toHaveLength(19)
    const rows = await identity.db.rows('SELECT id FROM users WHERE email_normalized = :email', { email: email.toLowerCase() })
    expect(rows).toHaveLength(1)
    expect(await eventsAbout(identity.db, created[0]?.body.id ?? '')).toHaveLength(1)
  })

  test('register — a common password — 400 with its pointer and code', async () => {
    const answer = await identity.call<Problem>('POST', '/api/v1/auth/register', { body: registration({ password: 'Password123' }) })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/password', code: 'password_too_common' }] })
  })

  test.each([
    ['an unknown member', { ...registration(), roles: ['admin'] }, ['/roles']],
    ['a missing member', { email: 'a@b.example', password: PASSWORD, givenNames: 'A' }, ['/familyName']],
    ['a wrong type', { ...registration(), givenNames: 7 }, ['/givenNames']],
    ['no address', { ...registration(), email: 'nobody' }, ['/email']],
    ['a short password', { ...registration(), password: '1234567' }, ['/password']],
    ['a name with NUL', { ...registration(), familyName: 'A\0B' }, ['/familyName']],
    ['everything wrong', { email: 1, password: 2, givenNames: 3, familyName: 4 }, ['/email', '/password', '/givenNames', '/familyName']],
  ])('register — %s — 400 that points at it', async (_name, body, pointers) => {
    const answer = await identity.call<Problem>('POST', '/api/v1/auth/register', { body })
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('invalid_request')
    expect([...new Set(pointersOf(answer.body))].toSorted()).toEqual(pointers.toSorted())
  })

  test.each([
    ['broken JSON', '{"email":'],
    ['a prototype', '{"__proto__":{"roles":["admin"]},"email":"a@b.example"}'],
    ['an array', '[]'],
    ['nothing', ''],
  ])('every call of auth — with %s — 400', async (_name, text) => {
    for (const path of ['register', 'login', 'refresh', 'logout'])
      expect((await identity.call<Problem>('POST', `/api/v1/auth/${path}`, { text })).status).toBe(400)
  })

  test('login — right, in any letter case of the address — tokens that verify against the JWKS', async () => {
    const user = await identity.register()
    const tokens = await identity.signIn({ email: user.email.toUpperCase(), password: PASSWORD })
    expect(tokens).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresInSeconds: 600,
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
    })
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', identity.service.url))
    const { payload, protectedHeader } = await jwtVerify(tokens.accessToken, keys, {
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      issuer: 'https://skyhold.test',
      audience: 'skyhold-api',
    })
    expect(protectedHeader.kid).toBeTruthy()
    expect(payload).toMatchObject({ sub: user.id, roles: ['customer'], operator: 'opr_1', sid: expect.stringMatching(/^ses_/) })
    expect(Number(payload.exp) - Number(payload.iat)).toBe(600)
  })

  test('login — wrong password, unknown address, no address at all — the same 401 after the same work', async () => {
    const user = await identity.register()
    const bodies: unknown[] = []
    for (const credentials of [
      { email: user.email, password: 'a wrong password' },
      { email: 'nobody@mail.example', password: PASSWORD },
      { email: 'Nguyễn\0', password: PASSWORD },
    ]) {
      const runsBefore = hashingQueue.runs
      const answer = await identity.call<Problem>('POST', '/api/v1/auth/login', { body: credentials })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBeTruthy()
      expect(hashingQueue.runs - runsBefore).toBe(1)
      bodies.push(withoutRequestId(answer.body))
    }
    expect(bodies[0]).toMatchObject({ code: 'invalid_credentials', instance: '/api/v1/auth/login' })
    expect(bodies[1]).toEqual(bodies[0])
    expect(bodies[2]).toEqual(bodies[0])
  })

  test('login — a hash with weaker parameters — is renewed, and the password goes on working', async () => {
    const user = await identity.register()
    const weak = await hash(PASSWORD, { algorithm: 2, memoryCost: 4096, timeCost: 1, parallelism: 1 })
    await identity.db.run('UPDATE users SET password_hash = :weak WHERE id = :id', { weak, id: user.id })
    const costly = await identity.startAnother({ hashing: 'as in production' })
    await costly.signIn(user)
    const [row] = await identity.db.rows<{ password_hash: string }>('SELECT password_hash FROM users WHERE id = :id', { id: user.id })
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    await costly.signIn(user)
  })

  test('the database — after registering and signing in — holds neither password nor token', async () => {
    const user = await identity.register({ password: 'a canary that sings 7431' })
    const { refreshToken, accessToken } = await identity.signIn(user)
    const tables = ['users', 'sessions', 'refresh_tokens', 'signing_keys', 'outbox', 'audit']
    const rows = await Promise.all(tables.map((table) => identity.db.rows(`SELECT * FROM ${table}`)))
    const text = JSON.stringify(rows)
    for (const secret of ['a canary that sings 7431', refreshToken, accessToken, '"d":']) expect(text).not.toContain(secret)
  })

  test('logout — once, again, and with a token that never was — 204; the session ends with one event', async () => {
    const user = await identity.register()
    const { refreshToken, accessToken } = await identity.signIn(user)
    for (const token of [refreshToken, refreshToken, 'never-issued'])
      expect((await identity.call('POST', '/api/v1/auth/logout', { body: { refreshToken: token } })).status).toBe(204)
    expect((await identity.call('POST', '/api/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401)
    expect((await identity.call('GET', '/api/v1/me', { token: accessToken })).status).toBe(401)
    const [session] = await identity.db.rows<{ id: string }>('SELECT id FROM sessions WHERE user_id = :id', { id: user.id })
    expect(await eventsAbout(identity.db, session?.id ?? '')).toMatchObject([
      { type: 'session.revoked', data: { sessionId: session?.id, userId: user.id }, aggregate: { sequence: 2 } },
    ])
  })

  test('the JWKS — asked — shows public members alone', async () => {
    const { status, body } = await identity.call<{ keys: Record<string, string>[] }>('GET', '/.well-known/jwks.json')
    expect(status).toBe(200)
    expect(body.keys.map((key) => Object.keys(key).toSorted())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x']])
  })
})

describe('what identity says to others', () => {
  let database: TestDatabase

  beforeEach(async () => {
    const [sqlite] = databases()
    if (!sqlite) throw new Error('There is no database.')
    database = await sqlite.create()
  })
  afterEach(() => database.drop())

  test('logins — more at once than the queue takes — 429 with Retry-After, and the rest are answered', async () => {
    const identity = await startIdentity({
      url: database.url,
      parts: { hashingQueue: new HashingQueue({ concurrency: 1, waitingMax: 3 }) },
      hashing: 'as in production',
    })
    const user = await identity.register()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        identity.call<Tokens & Problem>('POST', '/api/v1/auth/login', { body: { email: user.email, password: PASSWORD } }),
      ),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    for (const { headers, body } of refused) {
      expect(body.code).toBe('rate_limited')
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(answers.filter(({ status }) => status === 200).length).toBe(30 - refused.length)
    await identity.close()
  })

  test('a registration — with the bus there — waits in the queue of the mail', async () => {
    const logger = createLogger({ service: 'test', level: 'silent' })
    const bus = openBus({ url: 'memory:', dataDir: dirname(database.url.replace('sqlite:', '')), logger, metrics: new Registry() })
    const identity = await startIdentity({ url: database.url, parts: { bus } })
    await identity.register()
    // The welcome, and the link that verifies the address.
    await vi.waitFor(async () => expect(await bus.depth(QUEUES.notificationsMail.name)).toBe(2), { timeout: 5_000 })
    await identity.close()
  })

  test('the log — of a whole life of a session — names ids, and no address, password or token', async () => {
    const lines: string[] = []
    const logger = createLogger({ service: 'identity', level: 'trace', destination: { write: (line) => lines.push(line) } })
    const identity = await startIdentity({ url: database.url, parts: { logger } })
    const user = await identity.register({ password: 'a canary that sings 7431' })
    const { accessToken, refreshToken } = await identity.signIn(user)
    await identity.call('POST', '/api/v1/auth/login', { body: { email: user.email, password: 'another canary 9914' } })
    const { body: next } = await identity.call<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
    await backdateSpending(identity.db, 10_001)
    await identity.call('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
    await identity.close()
    const log = lines.join('')
    expect(log).toContain(user.id)
    expect(log).toContain('a spent refresh token was used again')
    for (const secret of [user.email, 'canary', accessToken, refreshToken, next.refreshToken, ADMIN.password])
      expect(log).not.toContain(secret)
  })
})
