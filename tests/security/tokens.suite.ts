import type { Tokens } from '@skyhold/contracts'
import { createServiceTokens } from '@skyhold/platform'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashOf } from '../../services/identity/src/domain/refresh-tokens.ts'
import { Forger, OWN_KID } from './support/forger.ts'
import { withIdentityDatabase } from './support/identity-database.ts'
import { type KeyServer, startKeyServer } from './support/key-server.ts'
import { Person } from './support/people.ts'
import { bearer, codeOf, send, sendJson } from './support/send.ts'
import { SECRETS, SERVICES, useSharedSkyhold } from './support/skyhold.ts'

/** A call for signed-in people at each door. flights has none for customers, so an administrator's is taken there. */
const DOORS = {
  gateway: '/api/v1/me',
  identity: '/api/v1/me',
  flights: '/api/v1/schedules',
  bookings: '/api/v1/bookings',
  notifications: '/api/v1/notifications',
} as const
/** Whom it is asked, what, and by whom. */
const INTERNAL = [
  ['identity', 'GET', '/internal/revoked-sessions?since=0', 'gateway'],
  ['identity', 'POST', `/internal/mail-links/${'a'.repeat(43)}`, 'notifications'],
  ['flights', 'GET', '/internal/snapshot/head', 'bookings'],
  ['flights', 'GET', '/internal/snapshot', 'bookings'],
  ['identity', 'GET', '/internal/events?after=0&types=user.registered', 'notifications'],
  ['flights', 'GET', '/internal/events?after=0&types=flight.changed', 'bookings'],
  ['bookings', 'GET', '/internal/events?after=0&types=booking.created', 'notifications'],
  ...SERVICES.flatMap((name) => [
    [name, 'GET', '/internal/integrity', 'gateway'] as const,
    [name, 'POST', '/internal/integrity/runs', 'gateway'] as const,
  ]),
] as const

let admin: Person
let forger: Forger
let keyServer: KeyServer
const skyhold = useSharedSkyhold(async (running) => {
  admin = await Person.admin(running.baseUrl)
  forger = await Forger.breakIn(running, admin.tokens.accessToken)
  keyServer = await startKeyServer(forger.ownJwk)
})
afterAll(() => keyServer.close())
const placeOf = (door: keyof typeof DOORS) => (door === 'gateway' ? skyhold.baseUrl : skyhold.running.services[door])
const knock = (door: keyof typeof DOORS, token: string) => send(placeOf(door), { method: 'GET', path: DOORS[door], headers: bearer(token) })
const doors = Object.keys(DOORS) as (keyof typeof DOORS)[]

describe('access tokens, at the gateway and at each service', () => {
  test.each(doors)('%s — a good token made by the forger himself — is let in, so that each refusal below has one cause', async (door) => {
    expect((await knock(door, await forger.token())).status).toBe(200)
  })

  const now = Math.floor(Date.now() / 1000)
  const publicKey = async () => {
    const { json } = await send(skyhold.baseUrl, { method: 'GET', path: '/.well-known/jwks.json' })
    const { keys } = json as { keys: { kid: string; x: string }[] }
    return keys.find(({ kid }) => kid === forger.kid) ?? { kid: '', x: '' }
  }
  test.each<[string, () => Promise<string>]>([
    ['unsigned, alg none', () => forger.unsigned('none')],
    ['unsigned, alg NONE', () => forger.unsigned('NONE')],
    ['unsigned, alg EdDSA', () => forger.unsigned('EdDSA')],
    [
      'HS256 with the public key',
      async () => forger.token({ header: { alg: 'HS256' }, key: Buffer.from((await publicKey()).x, 'base64url') }),
    ],
    [
      'HS256 with the JWK as text',
      async () => forger.token({ header: { alg: 'HS256' }, key: Buffer.from(JSON.stringify(await publicKey())) }),
    ],
    [
      'HS256 with the secret between services',
      () => forger.token({ header: { alg: 'HS256' }, key: Buffer.from(SECRETS.SERVICE_TOKEN_SECRET) }),
    ],
    ['of another audience', () => forger.token({ claims: { aud: 'somebody-else' } })],
    ['of another issuer', () => forger.token({ claims: { iss: 'http://evil.example' } })],
    ['of no issuer', () => forger.token({ claims: { iss: undefined } })],
    ['typ JWT', () => forger.token({ header: { typ: 'JWT' } })],
    ['typ of a service token', () => forger.token({ header: { typ: 'svc+jwt' } })],
    ['without typ', () => forger.token({ header: { typ: undefined } })],
    ['expired', () => forger.token({ claims: { iat: now - 1200, exp: now - 600 } })],
    ['without an end', () => forger.token({ claims: { exp: undefined } })],
    ['older than ten minutes, with an end far away', () => forger.token({ claims: { iat: now - 1200, exp: now + 86_400 } })],
    ['from the future', () => forger.token({ claims: { iat: now + 3600, exp: now + 4000 } })],
    ['not yet good', () => forger.token({ claims: { nbf: now + 3600 } })],
    ['of no session', () => forger.token({ claims: { sid: undefined } })],
    ['of nobody', () => forger.token({ claims: { sub: undefined } })],
    ['with a role nobody has', () => forger.token({ claims: { roles: ['superuser'] } })],
    ['with roles as text', () => forger.token({ claims: { roles: 'admin' } })],
    ['of an unknown key', () => forger.ofOwnKey({ header: { kid: OWN_KID } })],
    ['of another key under the known name', () => forger.ofOwnKey()],
    ['without the name of a key, by another key', () => forger.ofOwnKey({ header: { kid: undefined } })],
    ['of a key that is a path', () => forger.ofOwnKey({ header: { kid: '../../../../etc/passwd' } })],
    ['of a key that is SQL', () => forger.ofOwnKey({ header: { kid: "x' UNION SELECT 1 -- " } })],
    ...(['jku', 'x5u'] as const).flatMap((member): [string, () => Promise<string>][] => [
      [`with ${member}`, () => forger.ofOwnKey({ header: { kid: OWN_KID, [member]: keyServer.url } })],
      [`with ${member}, under the known name`, () => forger.ofOwnKey({ header: { [member]: keyServer.url } })],
    ]),
    ['with its own jwk', () => forger.ofOwnKey({ header: { kid: OWN_KID, jwk: forger.ownJwk } })],
    ['with its own jwk, under the known name', () => forger.ofOwnKey({ header: { jwk: forger.ownJwk } })],
    ['with its own jwk, without the name of a key', () => forger.ofOwnKey({ header: { kid: undefined, jwk: forger.ownJwk } })],
    ['with an extension that must be understood', () => forger.withExtension('no-end')],
    ['with a role added after it was signed', () => forger.withOtherClaims({ roles: ['admin', 'agent'] })],
    ['of somebody else by a change after it was signed', () => forger.withOtherClaims({ sub: 'usr_somebodyelse' })],
    ['a refresh token', async () => admin.tokens.refreshToken],
    ['a booking token that never was', async () => `bkt_${'a'.repeat(43)}`],
    ['a service token', () => createServiceTokens(SECRETS.SERVICE_TOKEN_SECRET, 'gateway').sign('skyhold-api')],
  ])('a token — %s — is 401 at every door', async (_case, make) => {
    const token = await make()
    for (const door of doors) {
      const answer = await knock(door, token)
      expect([door, answer.status, codeOf(answer)]).toEqual([door, 401, 'invalid_token'])
      expect(answer.headers['www-authenticate']).toContain('Bearer')
    }
    expect(keyServer.asked).toBe(0)
    expect(skyhold.hasDied).toBe(false)
  })
})

describe('calls between services', () => {
  const tokensOf = (service: string) => createServiceTokens(SECRETS.SERVICE_TOKEN_SECRET, service)

  test.each(INTERNAL)(
    '%s %s %s, for %s — without a service token, or with any other token — is refused, and unknown to the gateway',
    async (name, method, path, caller) => {
      const tokens = tokensOf(caller)
      const at = (headers: Record<string, string>, baseUrl = skyhold.running.services[name]) => send(baseUrl, { method, path, headers })
      const stale = new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'svc+jwt' }).setAudience(name).setExpirationTime('-60s')
      const refused = [
        {},
        admin.bearer,
        bearer(await forger.token({ claims: { aud: name }, header: { typ: 'svc+jwt' } })),
        bearer(await tokens.sign(name === 'identity' ? 'flights' : 'identity')),
        bearer(await createServiceTokens('another secret, that nobody has', caller).sign(name)),
        bearer(await stale.sign(Buffer.from(SECRETS.SERVICE_TOKEN_SECRET))),
        { 'x-internal-trust': '1', 'x-forwarded-for': '127.0.0.1' },
      ]
      for (const headers of refused) expect((await at(headers)).status).toBe(401)
      expect((await at(bearer(await tokens.sign(name)))).status).not.toBe(401)
      expect((await at(bearer(await tokens.sign(name)), skyhold.baseUrl)).status).toBe(404)
    },
  )

  test('secret links and events — asked for by a service that has no use for them, or does not say who it is — are refused', async () => {
    const unnamed = new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'svc+jwt' }).setExpirationTime('60s')
    for (const [name, method, path, reader] of INTERNAL.filter(([, , each]) => /mail-links|events/.test(each))) {
      const ask = async (token: string) => (await send(skyhold.running.services[name], { method, path, headers: bearer(token) })).status
      for (const service of ['gateway', name]) expect([path, await ask(await tokensOf(service).sign(name))]).toEqual([path, 403])
      expect(await ask(await unnamed.setAudience(name).sign(Buffer.from(SECRETS.SERVICE_TOKEN_SECRET)))).toBe(403)
      expect(await ask(await tokensOf(reader).sign(name))).not.toBe(403)
    }
  })

  test('health and metrics — asked at the gateway by a path of a service — are the gateway’s own, and nothing of the inside', async () => {
    for (const path of [
      '/api/v1/metrics',
      '/api/v1/health/ready',
      '/api/v1/../metrics',
      '/api/v1/%2e%2e/internal/integrity',
      '/internal/integrity',
    ])
      expect((await send(skyhold.baseUrl, { method: 'GET', path })).status, path).toBe(404)
  })
})

describe('a stolen refresh token', () => {
  let victim: Person
  beforeAll(async () => {
    victim = await Person.registered(skyhold.baseUrl)
  })
  const refresh = (refreshToken: string) => sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/refresh', { refreshToken })

  test('used by thief and owner at once — gives one successor, and no second life', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(victim.tokens.refreshToken)))
    const successors = new Set(answers.map(({ json }) => (json as { refreshToken: string }).refreshToken))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(successors.size).toBe(1)
  })

  test('used again when ten seconds have gone by — ends the family: the owner’s next token too, and his access token at the gateway', async () => {
    const owner = await Person.registered(skyhold.baseUrl)
    const stolen = owner.tokens.refreshToken
    const { refreshToken: next, accessToken } = (await refresh(stolen)).json as Tokens
    // The clock of a database server cannot be moved.
    await withIdentityDatabase(skyhold, (db) =>
      db.run('UPDATE refresh_tokens SET spent_at = spent_at - 10001 WHERE hash = :hash', { hash: hashOf(stolen) }),
    )
    expect(codeOf(await refresh(stolen))).toBe('invalid_token')
    expect(codeOf(await refresh(next))).toBe('invalid_token')
    const askBookings = () => send(skyhold.baseUrl, { method: 'GET', path: DOORS.bookings, headers: bearer(accessToken) })
    await expect.poll(async () => (await askBookings()).status, { timeout: 2_000, interval: 100 }).toBe(401)
  })

  test('of a session that was signed out — is spent, and so is the access token at the gateway within two seconds', async () => {
    const { tokens } = victim
    await victim.does('POST', '/auth/logout', { refreshToken: tokens.refreshToken })
    expect(codeOf(await refresh(tokens.refreshToken))).toBe('invalid_token')
    // A call of bookings: identity would look at the session itself, so that there the gateway need know nothing.
    const askBookings = (baseUrl: string) => send(baseUrl, { method: 'GET', path: DOORS.bookings, headers: bearer(tokens.accessToken) })
    await expect.poll(async () => (await askBookings(skyhold.baseUrl)).status, { timeout: 2_000, interval: 100 }).toBe(401)
    expect((await askBookings(skyhold.running.services.bookings)).status).toBe(200)
  })

  test.each(['', 'a', 'x'.repeat(43), 'x'.repeat(4000), "' OR 1=1 -- ", '\u0000', '../../x'])(
    'guessed as %j — is refused',
    async (guess) => {
      expect([400, 401]).toContain((await refresh(guess)).status)
    },
  )
})
