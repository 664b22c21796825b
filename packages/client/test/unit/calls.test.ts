import { describe, expect, test } from 'vitest'
import { json, littleServer, problem, type Reaction } from '../support/little-server.ts'

const page = (ids: string[], nextCursor: string | null) => json({ data: ids.map((id) => ({ id })), nextCursor })

describe('addresses', () => {
  test('path and query — with what needs escaping — are written so; what is undefined is left out', async () => {
    const server = await littleServer(json({}))
    await server.client().call('readBooking', { path: { id: 'bkg/../1' } })
    await server.client().call('searchFlights', { query: { from: 'DEL', to: 'BOM', date: '2026-12-01', passengers: 2 } })
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/v1/bookings/bkg%2F..%2F1',
      '/api/v1/flights?from=DEL&to=BOM&date=2026-12-01&passengers=2',
    ])
  })

  test('versions — as ETags — are sent, and told', async () => {
    const server = await littleServer(json({}, 200, { etag: '"7"' }), (_seen, response) => response.writeHead(304, { etag: '"7"' }).end())
    const client = server.client()
    const { etag } = await client.call('readFlight', { path: { id: 'flt_1' } })
    const again = await client.call('readFlight', { path: { id: 'flt_1' }, ...(etag ? { ifNoneMatch: etag } : {}) })
    expect(again).toMatchObject({ status: 304, data: undefined })
    await client.call('changeContact', { path: { id: 'bkg_1' }, body: { contact: { email: 'a@b.example' } }, ifMatch: '"7"' })
    expect(server.seen[1]?.headers['if-none-match']).toBe('"7"')
    expect(server.seen[2]?.headers['if-match']).toBe('"7"')
  })

  test('no content — is undefined', async () => {
    const server = await littleServer((_seen, response) => response.writeHead(204).end())
    expect(await server.client().call('releaseHold', { path: { id: 'hld_1' } })).toMatchObject({ status: 204, data: undefined })
  })
})

describe('lists', () => {
  test('every item — over three pages — comes in order, and a page is fetched when it is needed', async () => {
    const server = await littleServer(page(['bkg_1', 'bkg_2'], 'two'), page([], 'three'), page(['bkg_3'], null))
    const ids: string[] = []
    for await (const { id } of server.client().each('listBookings', { query: { limit: 2 } })) {
      ids.push(id)
      if (id === 'bkg_2') expect(server.seen).toHaveLength(1)
    }
    expect(ids).toEqual(['bkg_1', 'bkg_2', 'bkg_3'])
    expect(server.seen.map(({ url }) => url)).toEqual(['', '&cursor=two', '&cursor=three'].map((rest) => `/api/v1/bookings?limit=2${rest}`))
  })

  test('a loop that is left — asks for no further page', async () => {
    const server = await littleServer(page(['bkg_1'], 'two'))
    for await (const _booking of server.client().each('listBookings')) break
    expect(server.seen).toHaveLength(1)
  })
})

describe('sessions', () => {
  const tokens = (n: number) =>
    json({ accessToken: `access-${n}`, tokenType: 'Bearer', expiresInSeconds: 600, refreshToken: `refresh-${n}` })

  test('a token past its time — under three calls at once — is renewed once, and the calls are sent again', async () => {
    const kept: unknown[] = []
    const server = await littleServer((seen, response) => {
      if (seen.url.endsWith('/auth/login')) tokens(1)(seen, response)
      else if (seen.url.endsWith('/auth/refresh')) tokens(2)(seen, response)
      else if (seen.headers.authorization === 'Bearer access-2') json({ id: 'usr_1' })(seen, response)
      else problem(401, 'invalid_token')(seen, response)
    })
    const client = server.client({ onTokens: (given) => kept.push(given) })
    await client.signIn({ email: 'a@b.example', password: 'p' })
    const answers = await Promise.all([client.call('readMe'), client.call('readMe'), client.call('readMe')])
    expect(answers.map(({ data }) => data.id)).toEqual(['usr_1', 'usr_1', 'usr_1'])
    expect(server.seen.filter(({ url }) => url.endsWith('/auth/refresh')).map(({ body }) => body)).toEqual([{ refreshToken: 'refresh-1' }])
    expect(kept).toEqual([1, 2].map((n) => ({ accessToken: `access-${n}`, refreshToken: `refresh-${n}` })))
  })

  for (const code of ['invalid_credentials', 'second_factor_required', 'invalid_second_factor'])
    test(`a sign-in — refused as ${code} while a session is open — is sent once, and the session stays`, async () => {
      const kept: unknown[] = []
      const server = await littleServer((seen, response) => {
        if (seen.url.endsWith('/auth/login')) problem(401, code)(seen, response)
        else tokens(2)(seen, response)
      })
      const client = server.client({ tokens: { accessToken: 'a', refreshToken: 'r' }, onTokens: (given) => kept.push(given) })
      await expect(client.signIn({ email: 'a@b.example', password: 'wrong' })).rejects.toMatchObject({ status: 401, code })
      expect(server.seen.map(({ url }) => url)).toEqual(['/api/v1/auth/login'])
      expect(kept).toEqual([])
    })

  test('a change without a key — refused because its token is past its time — is sent once more with a new one, and no third time', async () => {
    const server = await littleServer((seen, response) => {
      if (seen.url.endsWith('/auth/refresh')) tokens(2)(seen, response)
      else problem(401, 'invalid_token')(seen, response)
    })
    const client = server.client({ tokens: { accessToken: 'a', refreshToken: 'r' } })
    await expect(client.call('updateMe', { body: { givenNames: 'Asha' } })).rejects.toMatchObject({ code: 'invalid_token' })
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PATCH /api/v1/me',
      'POST /api/v1/auth/refresh',
      'PATCH /api/v1/me',
    ])
  })

  test('a session that has ended — is a refusal, and its tokens are forgotten', async () => {
    const kept: unknown[] = []
    const server = await littleServer(problem(401, 'invalid_token'))
    const client = server.client({ tokens: { accessToken: 'a', refreshToken: 'r' }, onTokens: (given) => kept.push(given) })
    await expect(client.call('readMe')).rejects.toMatchObject({ status: 401 })
    expect(kept).toEqual([null])
    expect(server.seen.map(({ url }) => url)).toEqual(['/api/v1/me', '/api/v1/auth/refresh'])
  })

  test('signing out — ends the session on the server, and later calls bear no token', async () => {
    const server = await littleServer((_seen, response) => response.writeHead(204).end(), json({ data: [], nextCursor: null }))
    const client = server.client({ tokens: { accessToken: 'a', refreshToken: 'r' } })
    await client.signOut()
    await client.call('listAirports', {})
    expect(server.seen[0]).toMatchObject({ url: '/api/v1/auth/logout', body: { refreshToken: 'r' } })
    expect(server.seen[1]?.headers).not.toHaveProperty('authorization')
  })

  describe('while new tokens are being fetched', () => {
    /** A server that answers the renewal when it is told how, and a client that waits for it. */
    async function renewing() {
      const kept: unknown[] = []
      const asked = Promise.withResolvers<(renewed: Reaction) => void>()
      const server = await littleServer((seen, response) => {
        if (seen.url.endsWith('/auth/refresh')) asked.resolve((renewed) => renewed(seen, response))
        else if (seen.url.endsWith('/auth/login')) tokens(7)(seen, response)
        else if (seen.url.endsWith('/auth/logout')) response.writeHead(204).end()
        else problem(401, 'invalid_token')(seen, response)
      })
      const client = server.client({ tokens: { accessToken: 'a', refreshToken: 'r' }, onTokens: (given) => kept.push(given) })
      const outcome = client.call('readMe').catch((error: unknown) => error)
      return { client, kept, outcome, answer: await asked.promise, server }
    }

    test('the caller signs out — the new tokens are not kept, and the call that waited is refused', async () => {
      const { client, kept, outcome, answer, server } = await renewing()
      await client.signOut()
      answer(tokens(2))
      expect(await outcome).toMatchObject({ code: 'invalid_token' })
      expect(kept).toEqual([null])
      await expect(client.call('readMe')).rejects.toMatchObject({ code: 'invalid_token' })
      expect(server.seen.at(-1)?.headers).not.toHaveProperty('authorization')
    })

    test.each([
      ['new tokens', tokens(2)],
      ['a refusal', problem(401, 'invalid_token')],
    ])('the caller signs out and in again — %s of the session before change nothing', async (_what, renewed) => {
      const { client, kept, outcome, answer } = await renewing()
      await client.signOut()
      await client.signIn({ email: 'a@b.example', password: 'p' })
      answer(renewed)
      expect(await outcome).toMatchObject({ code: 'invalid_token' })
      expect(kept).toEqual([null, { accessToken: 'access-7', refreshToken: 'refresh-7' }])
    })
  })

  test('the token of a look-up — opens a booking, and is never renewed', async () => {
    const server = await littleServer(problem(401, 'invalid_token'))
    await expect(
      server
        .client()
        .withBookingToken('bkt_1')
        .call('readBooking', { path: { id: 'bkg_1' } }),
    ).rejects.toMatchObject({ code: 'invalid_token' })
    expect(server.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([['/api/v1/bookings/bkg_1', 'Bearer bkt_1']])
  })
})
