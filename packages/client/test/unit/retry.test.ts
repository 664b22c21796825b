import { describe, expect, test } from 'vitest'
import { SkyholdError, SkyholdUnreachable } from '../../src/index.ts'
import { breakOff, hangUp, json, littleServer, problem } from '../support/little-server.ts'

const hold = { flights: [{ flightId: 'flt_1', fare: 'ECOFLEX', seats: [null] }] }
const held = json({ id: 'hld_1' }, 201, { location: '/api/v1/holds/hld_1' })

describe('a call that takes a key', () => {
  test('one connection lost, then 503, then an answer — is sent three times under one key, and answered', async () => {
    const server = await littleServer(hangUp, problem(503, 'unavailable', { headers: { 'retry-after': '2' } }), held)
    const { status, data, location, isReplayed } = await server.client().call('createHold', { body: hold })
    expect({ status, id: data.id, location, isReplayed }).toEqual({
      status: 201,
      id: 'hld_1',
      location: '/api/v1/holds/hld_1',
      isReplayed: false,
    })
    const keys = server.seen.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    expect(server.seen.map(({ body }) => body)).toEqual([hold, hold, hold])
    // A fraction of 200 ms; then what the server asked for, and a fraction of 400.
    expect(server.waits).toEqual([100, 2_200])
  })

  test('an answer that breaks off behind its head — is none: the call is sent again under its key, and given up if that goes on', async () => {
    const server = await littleServer(breakOff, held)
    expect((await server.client().call('createHold', { body: hold })).data.id).toBe('hld_1')
    expect(new Set(server.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(server.seen).toHaveLength(2)
    const broken = await littleServer(breakOff)
    await expect(broken.client().call('createHold', { body: hold })).rejects.toBeInstanceOf(SkyholdUnreachable)
    expect(broken.seen).toHaveLength(5)
  })

  test('two calls — have two keys; a key that is given — is sent as it is', async () => {
    const server = await littleServer(held)
    const client = server.client()
    await client.call('createHold', { body: hold })
    await client.call('createHold', { body: hold })
    await client.call('createHold', { body: hold, key: 'kept-in-our-database' })
    const [first, second, third] = server.seen.map(({ headers }) => headers['idempotency-key'])
    expect(first).not.toBe(second)
    expect(first).toMatch(/^[0-9a-f-]{36}$/)
    expect(third).toBe('kept-in-our-database')
  })

  test('an equal request is still running — is asked for again, as told', async () => {
    const server = await littleServer(problem(409, 'request_in_progress', { headers: { 'retry-after': '1' } }), held)
    expect((await server.client().call('createHold', { body: hold })).status).toBe(201)
    expect(server.waits).toEqual([1_100])
  })

  test('a seat that is taken — is a refusal at once, with what it says', async () => {
    const seats = [{ flightId: 'flt_1', designator: '12A', status: 'held' }]
    const server = await littleServer(problem(409, 'seat_unavailable', { seats, headers: { 'retry-after': '541' } }))
    const refused = await server
      .client()
      .call('createHold', { body: hold })
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(SkyholdError)
    expect(refused).toMatchObject({ status: 409, code: 'seat_unavailable', requestId: 'req-1', retryAfterSeconds: 541, problem: { seats } })
    expect(server.seen).toHaveLength(1)
  })

  test('the server stays away — is given up after five tries, each later than the one before', async () => {
    const server = await littleServer(hangUp)
    await expect(server.client().call('createHold', { body: hold })).rejects.toBeInstanceOf(SkyholdUnreachable)
    expect(server.seen).toHaveLength(5)
    expect(server.waits).toEqual([100, 200, 400, 800])
  })
})

describe('a call without a key', () => {
  test('that changes something — is sent once, whatever comes of it', async () => {
    const lost = await littleServer(hangUp, json({}))
    await expect(lost.client().call('login', { body: { email: 'a@b.example', password: 'p' } })).rejects.toBeInstanceOf(SkyholdUnreachable)
    expect(lost.seen).toHaveLength(1)
    const busy = await littleServer(problem(503, 'unavailable'), json({}))
    await expect(
      busy.client().call('changeContact', { path: { id: 'bkg_1' }, body: { contact: { email: 'a@b.example' } } }),
    ).rejects.toMatchObject({ code: 'unavailable' })
    expect(busy.seen).toHaveLength(1)
    expect(busy.seen[0]?.headers).not.toHaveProperty('idempotency-key')
  })

  test('that puts or removes — is repeated, since twice is as good as once', async () => {
    const server = await littleServer(hangUp, (_seen, response) => response.writeHead(204).end())
    expect((await server.client().call('releaseHold', { path: { id: 'hld_1' } })).status).toBe(204)
    expect(server.seen.map(({ method }) => method)).toEqual(['DELETE', 'DELETE'])
  })

  test('that proves itself by what it uses up — is sent once: done, a second try would be refused', async () => {
    const server = await littleServer(hangUp)
    const client = server.client()
    const password = client.call('changePassword', { body: { currentPassword: 'the old one', newPassword: 'the new one' } })
    await expect(password).rejects.toBeInstanceOf(SkyholdUnreachable)
    const factor = client.call('removeSecondFactor', { body: { password: 'the new one', code: '123456' } })
    await expect(factor).rejects.toBeInstanceOf(SkyholdUnreachable)
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['PUT /api/v1/me/password', 'DELETE /api/v1/me/second-factor'])
  })

  test('that only reads — is repeated after 429, when the server says', async () => {
    const server = await littleServer(problem(429, 'rate_limited', { headers: { 'retry-after': '7' } }), json({ id: 'hld_1' }))
    expect((await server.client().call('readHold', { path: { id: 'hld_1' } })).data.id).toBe('hld_1')
    expect(server.waits).toEqual([7_100])
  })

  test('with a longer wait than is waited for — is refused, and says how long', async () => {
    const server = await littleServer(problem(429, 'rate_limited', { headers: { 'retry-after': '60' } }))
    await expect(server.client().call('readMe')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 60 })
    expect(server.seen).toHaveLength(1)
  })
})

describe('refusals', () => {
  test('a request that is wrong — names each member', async () => {
    const errors = [{ pointer: '/contact/email', code: 'pattern', message: 'must match' }]
    const server = await littleServer(problem(400, 'invalid_request', { errors }))
    await expect(server.client().call('readMe')).rejects.toMatchObject({
      pointer: '/contact/email',
      errors,
      message: 'It is invalid_request.',
    })
  })

  test('a proxy in between — that answers no problem document — is a refusal all the same', async () => {
    const server = await littleServer((_seen, response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
    )
    await expect(server.client({ retry: { triesMax: 2 } }).call('readMe')).rejects.toMatchObject({ status: 502, code: 'bad_gateway' })
    expect(server.seen).toHaveLength(2)
  })

  test('the caller has had enough — while the client waits — ends the call', async () => {
    const stop = new AbortController()
    const server = await littleServer(problem(503, 'unavailable'))
    const client = server.client({
      retry: {
        sleep: async () => {
          stop.abort()
          stop.signal.throwIfAborted()
        },
      },
    })
    await expect(client.call('readMe', { signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(server.seen).toHaveLength(1)
  })
})
