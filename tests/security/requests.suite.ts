import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { gzipSync } from 'node:zlib'
import { PROBLEMS } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import { People, Person } from './support/people.ts'
import { type Answer, codeOf, send, sendJson } from './support/send.ts'
import { useSharedSkyhold } from './support/skyhold.ts'

const MIB = 1024 * 1024
const people = new People()
const skyhold = useSharedSkyhold((running) => people.come(running))

/** A call with a body at the gateway and at a service itself, which trusts nobody either. */
const doors = () => [skyhold.baseUrl, skyhold.running.services.bookings]
const postHold = (baseUrl: string, body: string | Buffer, headers: Record<string, string> = {}, agent?: Agent) =>
  send(baseUrl, {
    method: 'POST',
    path: '/api/v1/holds',
    headers: { ...people.ada.bearer, 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
    body,
    ...(agent ? { agent } : {}),
  })

/** A refusal as the contract has it, that tells nothing of the inside. */
function expectProblem(answer: Answer, ...codes: (keyof typeof PROBLEMS)[]): void {
  const code = codeOf(answer) as keyof typeof PROBLEMS
  expect(codes, `${answer.status} ${answer.text.slice(0, 300)}`).toContain(code)
  expect(answer.status).toBe(PROBLEMS[code][0])
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(answer.text).not.toMatch(/\bat \S+ \(|node_modules|\.ts:\d|SQLITE|ER_[A-Z]+|SELECT |sequelize/i)
  expect(skyhold.hasDied).toBe(false)
}

describe('bodies', () => {
  test('50 MiB — with its length, and in pieces without one — is 413 at once, at the gateway and at the service', async () => {
    const huge = Buffer.alloc(50 * MIB, ' ')
    for (const door of doors()) {
      expectProblem(await postHold(door, huge, { 'content-length': String(huge.length) }), 'payload_too_large')
      expectProblem(await postHold(door, huge, { 'transfer-encoding': 'chunked' }), 'payload_too_large')
    }
  })

  test.each([
    ['of 1 MiB', Buffer.alloc(MIB, ' ')],
    ['that is no JSON', 'holds please'],
  ])('a refused body %s — is read to its end, and its connection serves the next request', async (_body, body) => {
    for (const door of doors()) {
      const sockets = new Set<string>()
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let i = 0; i < 3; i += 1) {
        const answer = await postHold(door, body, {}, agent)
        expectProblem(answer, 'payload_too_large', 'invalid_request')
        sockets.add(String(answer.localPort))
      }
      agent.destroy()
      expect(sockets.size).toBe(1)
    }
  })

  test.each(['POST', 'PATCH', 'PUT', 'DELETE'])('%s — said to be JSON, and empty — is answered at once', async (method) => {
    for (const door of doors())
      for (const headers of [{ 'content-length': '0' }, {}]) {
        const path = method === 'POST' ? '/api/v1/holds' : `/api/v1/${method === 'PATCH' ? 'bookings' : 'holds'}/hld_0`
        const answer = await send(door, { method, path, headers: { ...people.ada.bearer, 'content-type': 'application/json', ...headers } })
        expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
        expect(answer.status, answer.text).toBeLessThan(500)
      }
  })

  test('10,000 levels deep — as arrays, as objects, unclosed — is refused', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const)
      for (const door of doors()) {
        expectProblem(await postHold(door, `{"flights":${open.repeat(10_000)}1${close.repeat(10_000)}}`), 'invalid_request')
        expectProblem(await postHold(door, open.repeat(10_000)), 'invalid_request')
      }
  })

  test('a body — where none is wanted, and 5,000 levels deep — is refused', async () => {
    const { id } = await people.ada.book()
    for (const door of doors()) {
      const headers = { ...people.ada.bearer, 'content-type': 'application/json', 'idempotency-key': randomUUID() }
      const body = '['.repeat(5000) + ']'.repeat(5000)
      expectProblem(await send(door, { method: 'POST', path: `/api/v1/bookings/${id}/cancellations`, headers, body }), 'invalid_request')
    }
  })

  test.each([
    ['a percent sign that begins no escape', '%'],
    ['half a byte', '%e'],
    ['bytes that are no UTF-8', '%ff'],
    ['5,000 characters', 'x'.repeat(5000)],
  ])('an id — of %s — is refused as the contract says', async (_what, id) => {
    for (const door of doors()) {
      const answer = await send(door, { method: 'GET', path: `/api/v1/bookings/${id}`, headers: people.ada.bearer })
      expectProblem(answer, 'invalid_request')
      expect(answer.headers['x-request-id']).toMatch(/^[\w.-]+$/)
    }
  })

  test('a gzip bomb — 20 MiB in 20 KiB — is never unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * MIB, ' '))
    expect(bomb.length).toBeLessThan(100 * 1024)
    for (const door of doors())
      for (const encoding of ['gzip', 'deflate', 'br', 'gzip, gzip', 'zstd'])
        expectProblem(await postHold(door, bomb, { 'content-encoding': encoding }), 'invalid_request', 'unsupported_media_type')
  })

  test.each(['1e308', '-1e308', '1e400', '-0', '0.1', '-1', '9007199254740993', '1e3', '"1"', 'true', '[1]', 'null', '{}'])(
    'a number — %s, where whole cents are asked — is refused or read exactly',
    async (amount) => {
      const body = `{"amountMinor":${amount},"reason":"A gesture of goodwill."}`
      const answer = await send(skyhold.baseUrl, {
        method: 'POST',
        path: '/api/v1/payments/pay_none/refunds',
        headers: { ...people.admin.bearer, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body,
      })
      // 1e3 is the whole number 1000, so that only its payment is missing.
      expectProblem(answer, ...(amount === '1e3' ? (['payment_not_found'] as const) : (['invalid_request'] as const)))
    },
  )

  test.each([
    ['nothing', ''],
    ['no JSON', 'holds please'],
    ['half a document', '{"flights":[{"flightId":"flt_'],
    ['two documents', '{}{}'],
    ['an array', '[]'],
    ['a text', '"flights"'],
    ['null', 'null'],
    ['NaN', '{"flights":NaN}'],
    ['a byte order mark', '\uFEFF{"flights":[]}'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', Buffer.from('{"flights":[]}', 'utf16le')],
    ['lone surrogates', '{"flights":[{"flightId":"\\ud800","fare":"\\udfff","seats":[null]}]}'],
    ['a hundred thousand members', `{${Array.from({ length: 9_000 }, (_, i) => `"m${i}":1`).join()}}`],
  ])('%s — instead of a body — is refused', async (_what, body) => {
    for (const door of doors()) expectProblem(await postHold(door, body), 'invalid_request')
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json5',
    'a/b/c',
    '',
  ])('content type %j — for JSON — is 415', async (type) => {
    for (const door of doors()) expectProblem(await postHold(door, '{"flights":[]}', { 'content-type': type }), 'unsupported_media_type')
  })
})

describe('members that nobody asked for', () => {
  const registration = () => ({ email: `${randomUUID()}@example.com`, password: randomUUID(), givenNames: 'Mallory', familyName: 'Mass' })

  test.each(['roles', 'id', 'operator', 'emailVerified', 'status', 'constructor', 'toString', 'hasOwnProperty'])(
    'register — with %s — is refused with a pointer to it',
    async (member) => {
      const answer = await sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/register', { ...registration(), [member]: ['admin'] })
      expectProblem(answer, 'invalid_request')
      expect(answer.json).toMatchObject({ errors: [{ pointer: `/${member}` }] })
    },
  )

  test.each(['__proto__', 'constructor'])(
    '%s — in every place of a body — is refused, and changes nothing for those who come after',
    async (name) => {
      const poison = name === '__proto__' ? '{"roles":["admin"],"isAdmin":true}' : '{"prototype":{"roles":["admin"],"isAdmin":true}}'
      const body = JSON.stringify(registration())
      const flight = '{"flightId":"flt_1","fare":"SAVER","seats":[null]'
      const bodies: [string, string][] = [
        ['/auth/register', body.replace('{', `{"${name}":${poison},`)],
        ['/auth/login', `{"${name}":${poison},"email":"a@example.com","password":"b"}`],
        ['/holds', `{"flights":[${flight},"${name}":${poison}}]}`],
        ['/holds', `{"${name}":${poison},"flights":[${flight}}]}`],
        ['/bookings', `{"holdId":"hld_1","${name}":${poison},"passengers":[],"contact":{"email":"a@example.com"}}`],
      ]
      for (const [path, text] of bodies) {
        const headers = { ...people.ada.bearer, 'content-type': 'application/json', 'idempotency-key': randomUUID() }
        expectProblem(await send(skyhold.baseUrl, { method: 'POST', path: `/api/v1${path}`, headers, body: text }), 'invalid_request')
      }
      expect((await people.ada.call('GET', '/users')).status).toBe(403)
      expect(await people.ada.does('GET', '/me')).toMatchObject({ roles: ['customer'] })
    },
  )

  test('a booking — with a price, a status or an owner — is refused', async () => {
    const booking = {
      holdId: 'hld_1',
      passengers: [{ givenNames: 'A', familyName: 'B', type: 'adult', seats: ['1A'] }],
      contact: { email: 'a@b.example' },
    }
    for (const extra of [
      { total: { amountMinor: 1, currency: 'INR' } },
      { status: 'confirmed' },
      { ownerId: 'usr_1' },
      { reference: 'BCDFGH' },
    ])
      expectProblem(await people.ada.call('POST', '/bookings', { ...booking, ...extra }), 'invalid_request')
    for (const extra of [{ amountMinor: 1 }, { status: 'captured' }])
      expectProblem(
        await people.ada.call('POST', '/bookings/bkg_1/payments', { paymentMethod: 'pm_card_visa', ...extra }),
        'invalid_request',
      )
  })
})

describe('query parameters', () => {
  const search = '/flights?from=DEL&to=BOM&date=2030-01-01'
  test.each([
    ['doubled', `${search}&from=BOM`],
    ['doubled with the same value', `${search}&to=BOM`],
    ['as an array', `${search}&cabin[]=economy`],
    ['as a member', `${search}&from[$ne]=1`],
    ['unknown', `${search}&admin=true`],
    ['__proto__', `${search}&__proto__=1`],
    ['__proto__ with a member', `${search}&__proto__[roles]=admin`],
    ['constructor', `${search}&constructor=1`],
    ['no number', `${search}&passengers=1e308`],
    ['a negative number', `${search}&passengers=-0.5`],
    ['more than a page', `${search}&limit=101`],
    ['a huge number', `${search}&limit=99999999999999999999`],
    ['a limit twice', `/airports?limit=1&limit=2`],
    ['a cursor twice', '/airports?cursor=a&cursor=b'],
    ['a cursor of another kind', '/airports?cursor[]=a'],
  ])('%s — is refused at gateway and service alike', async (_what, path) => {
    for (const door of [skyhold.baseUrl, skyhold.running.services.flights])
      expectProblem(await send(door, { method: 'GET', path: `/api/v1${path}` }), 'invalid_request')
  })
})

describe('headers that claim to be somebody', () => {
  const spoofed = (userId: string) => ({
    'x-user-id': userId,
    'x-user-roles': 'admin',
    'x-user-role': 'admin',
    'x-internal-trust': '1',
    'x-internal-service': 'gateway',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-user': userId,
    'x-forwarded-host': 'evil.example',
    'x-real-ip': '127.0.0.1',
    'x-original-url': '/internal/integrity',
    'x-rewrite-url': '/internal/integrity',
    'x-http-method-override': 'DELETE',
    forwarded: `for=127.0.0.1;by=gateway;host=evil.example`,
    'proxy-authorization': 'Basic YWRtaW46YWRtaW4=',
  })

  test('without a token — are nobody, at the gateway and at every service', async () => {
    const { identity, bookings, notifications } = skyhold.running.services
    for (const [door, path] of [
      [skyhold.baseUrl, '/api/v1/me'],
      [skyhold.baseUrl, '/api/v1/users'],
      [identity, '/api/v1/me'],
      [identity, '/api/v1/users'],
      [bookings, '/api/v1/bookings'],
      [notifications, '/api/v1/notifications'],
    ] as const)
      expectProblem(await send(door, { method: 'GET', path, headers: spoofed(people.admin.userId) }), 'unauthenticated')
  })

  test('beside a customer’s token — are still that customer, and another’s booking is not there', async () => {
    const booking = await people.ada.book()
    for (const door of doors()) {
      const headers = { ...spoofed(people.ada.userId), ...people.eve.bearer }
      expectProblem(await send(door, { method: 'GET', path: `/api/v1/bookings/${booking.id}`, headers }), 'booking_not_found')
      const list = await send(door, { method: 'GET', path: '/api/v1/bookings', headers })
      expect(list.json).toMatchObject({ data: [] })
    }
    expect((await people.eve.call('GET', '/users', undefined, spoofed(people.admin.userId))).status).toBe(403)
    expect(await people.ada.does('GET', `/bookings/${booking.id}`)).toMatchObject({ status: 'awaiting_payment' })
  })

  test('X-Forwarded-Host and Host — of somebody else — are not in the links that are mailed', async () => {
    const victim = await Person.registered(skyhold.baseUrl)
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', host: 'evil.example' }
    expect((await sendJson(skyhold.baseUrl, 'POST', '/api/v1/auth/password-resets', { email: victim.email }, headers)).status).toBe(202)
    const mail = await expect
      .poll(async () => await (await fetch(`${skyhold.running.mailboxUrl}/messages?to=${victim.email}`)).text(), { timeout: 30_000 })
      .toContain('reset-password=')
    expect(mail).not.toContain('evil.example')
  })

  test('X-HTTP-Method-Override — on a GET — changes nothing', async () => {
    const hold = await people.ada.hold(await people.ada.findFlight())
    await people.ada.call('GET', `/holds/${hold.id}`, undefined, { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' })
    expect(await people.ada.does('GET', `/holds/${hold.id}`)).toMatchObject({ status: 'active' })
  })
})
