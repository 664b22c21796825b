import { createServiceTokens } from '@skyhold/platform'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { Forger } from './support/forger.ts'
import { Person } from './support/people.ts'
import { bearer, codeOf, send, sendJson } from './support/send.ts'
import { SECRETS, SERVICES, useSkyhold } from './support/skyhold.ts'

/** A call for signed-in people at each door. flights has none for customers, so an administrator's is taken there. */
const DOORS = {
  gateway: '/api/v1/me',
  identity: '/api/v1/me',
  flights: '/api/v1/schedules',
  bookings: '/api/v1/bookings',
  notifications: '/api/v1/notifications',
} as const
const INTERNAL = [
  ['identity', 'GET', '/internal/revoked-sessions?since=0'],
  ['identity', 'POST', `/internal/mail-links/${'a'.repeat(43)}`],
  ['flights', 'GET', '/internal/snapshot/head'],
  ['flights', 'GET', '/internal/snapshot'],
  ['identity', 'GET', '/internal/events?after=0&types=user.registered'],
  ['flights', 'GET', '/internal/events?after=0&types=flight.changed'],
  ['bookings', 'GET', '/internal/events?after=0&types=booking.created'],
  ...SERVICES.flatMap((name) => [[name, 'GET', '/internal/integrity'] as const, [name, 'POST', '/internal/integrity/runs'] as const]),
] as const

let admin: Person
let forger: Forger
const skyhold = useSkyhold({}, async (running) => {
  admin = await Person.admin(running.baseUrl)
  forger = await Forger.breakIn(running, admin.tokens.accessToken)
})
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
  const evil = 'http://evil.example/jwks.json'
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
    ['of an unknown key', () => forger.ofOwnKey({ header: { kid: 'key-of-mine' } })],
    ['of another key under the known name', () => forger.ofOwnKey()],
    ['without the name of a key, by another key', () => forger.ofOwnKey({ header: { kid: undefined } })],
    ['of a key that is a path', () => forger.ofOwnKey({ header: { kid: '../../../../etc/passwd' } })],
    ['of a key that is SQL', () => forger.ofOwnKey({ header: { kid: "x' UNION SELECT 1 -- " } })],
    ['with jku', () => forger.ofOwnKey({ header: { kid: 'evil', jku: evil } })],
    ['with x5u', () => forger.ofOwnKey({ header: { kid: 'evil', x5u: evil } })],
    ['with its own jwk', async () => forger.ofOwnKey({ header: { jwk: await publicKey() } })],
    ['with an extension that must be understood', () => forger.withExtension('no-end')],
    ['with a role added after it was signed', () => forger.withOtherClaims({ roles: ['admin', 'agent'] })],
    ['of somebody else by a change after it was signed', () => forger.withOtherClaims({ sub: 'usr_somebodyelse' })],
    ['a refresh token', async () => admin.tokens.refreshToken],
    ['a booking token that never was', async () => `bkt_${'a'.repeat(43)}`],
    ['a service token', () => createServiceTokens(SECRETS.SERVICE_TOKEN_SECRET).sign('skyhold-api')],
  ])('a token — %s — is 401 at every door', async (_case, make) => {
    const token = await make()
    for (const door of doors) {
      const answer = await knock(door, token)
      expect([door, answer.status, codeOf(answer)]).toEqual([door, 401, 'invalid_token'])
      expect(answer.headers['www-authenticate']).toContain('Bearer')
    }
    expect(skyhold.hasDied).toBe(false)
  })
})

describe('calls between services', () => {
  const tokens = createServiceTokens(SECRETS.SERVICE_TOKEN_SECRET)

  test.each(INTERNAL)(
    '%s %s %s — without a service token, or with any other token — is refused, and unknown to the gateway',
    async (name, method, path) => {
      const at = (headers: Record<string, string>, baseUrl = skyhold.running.services[name]) => send(baseUrl, { method, path, headers })
      const stale = new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'svc+jwt' }).setAudience(name).setExpirationTime('-60s')
      const refused = [
        {},
        admin.bearer,
        bearer(await forger.token({ claims: { aud: name }, header: { typ: 'svc+jwt' } })),
        bearer(await tokens.sign(name === 'identity' ? 'flights' : 'identity')),
        bearer(await createServiceTokens('another secret, that nobody has').sign(name)),
        bearer(await stale.sign(Buffer.from(SECRETS.SERVICE_TOKEN_SECRET))),
        { 'x-internal-trust': '1', 'x-forwarded-for': '127.0.0.1' },
      ]
      for (const headers of refused) expect((await at(headers)).status).toBe(401)
      expect((await at(bearer(await tokens.sign(name)))).status).not.toBe(401)
      expect((await at(bearer(await tokens.sign(name)), skyhold.baseUrl)).status).toBe(404)
    },
  )

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
