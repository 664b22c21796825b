import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type GenerateKeyPairResult, type JWK, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTokenVerifier } from '../../src/index.ts'

const ISSUER = 'https://skyhold.test'

/** A server of public keys that counts how often it is asked. */
interface KeyServer {
  url: URL
  asked: number
  /** Undefined: it answers 503. */
  keys: JWK[] | undefined
  close(): void
}

async function startKeyServer(): Promise<KeyServer> {
  const http: Server = createServer((_request, response) => {
    server.asked += 1
    response.writeHead(server.keys ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: server.keys }))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: KeyServer = {
    url: new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`),
    asked: 0,
    keys: [],
    close() {
      http.close()
      http.closeAllConnections()
    },
  }
  return server
}

const newPair = () => generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
const publicJwk = async ({ publicKey }: GenerateKeyPairResult, kid: string): Promise<JWK> => ({
  ...(await exportJWK(publicKey)),
  kid,
  alg: 'EdDSA',
  use: 'sig',
})

function tokenOf({ privateKey }: GenerateKeyPairResult, header: { kid: string } & Record<string, unknown>): Promise<string> {
  const issuedAt = Math.floor(Date.now() / 1000)
  return new SignJWT({ sid: 'ses_1', roles: ['customer'], operator: 'opr_1' })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header })
    .setIssuer(ISSUER)
    .setAudience('skyhold-api')
    .setSubject('usr_1')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 600)
    .sign(privateKey)
}

describe('a token verifier with the keys of identity', () => {
  let server: KeyServer
  let first: GenerateKeyPairResult

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    server = await startKeyServer()
    first = await newPair()
    server.keys = [await publicJwk(first, 'first')]
  })
  afterEach(() => {
    server.close()
    vi.useRealTimers()
  })

  test('a token — signed where the clock is a few seconds ahead — is believed; a minute ahead — it is not', async () => {
    const { verify } = createTokenVerifier({ keys: [server.url], issuer: ISSUER })
    const now = Date.now()
    vi.setSystemTime(now + 3_000)
    const ahead = await tokenOf(first, { kid: 'first' })
    vi.setSystemTime(now + 60_000)
    const farAhead = await tokenOf(first, { kid: 'first' })
    vi.setSystemTime(now)
    expect(await verify(ahead)).toMatchObject({ userId: 'usr_1' })
    await expect(verify(farAhead)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  const verifier = () => createTokenVerifier({ issuer: ISSUER, keys: [server.url] })
  const later = (ms: number) => vi.setSystemTime(Date.now() + ms)

  test('a token — verified once — is remembered, and the keys are asked for once', async () => {
    const { verify } = verifier()
    for (let n = 0; n < 5; n += 1) expect((await verify(await tokenOf(first, { kid: 'first' }))).userId).toBe('usr_1')
    expect(server.asked).toBe(1)
  })

  test('an unknown key — after a rotation — is asked for once, and its token is good', async () => {
    const { verify } = verifier()
    await verify(await tokenOf(first, { kid: 'first' }))
    later(5_001)
    const second = await newPair()
    server.keys = [await publicJwk(first, 'first'), await publicJwk(second, 'second')]
    const token = await tokenOf(second, { kid: 'second' })
    await Promise.all(Array.from({ length: 10 }, () => verify(token)))
    await verify(await tokenOf(first, { kid: 'first' }))
    expect(server.asked).toBe(2)
  })

  test('unknown keys — a hundred forged tokens — ask for the keys once in five seconds', async () => {
    const { verify } = verifier()
    const forger = await newPair()
    for (let n = 0; n < 100; n += 1)
      await expect(verify(await tokenOf(forger, { kid: `forged-${n}` }))).rejects.toMatchObject({ code: 'invalid_token' })
    expect(server.asked).toBe(1)
    later(5_001)
    for (let n = 0; n < 100; n += 1)
      await expect(verify(await tokenOf(forger, { kid: `forged-${n}` }))).rejects.toMatchObject({ code: 'invalid_token' })
    expect(server.asked).toBe(2)
  })

  test('unknown keys — while identity is away — ask once a second, and known tokens go on being good', async () => {
    const { verify } = verifier()
    await verify(await tokenOf(first, { kid: 'first' }))
    later(5_001)
    server.keys = undefined
    const forger = await newPair()
    for (let n = 0; n < 20; n += 1)
      await expect(verify(await tokenOf(forger, { kid: `forged-${n}` }))).rejects.toMatchObject({ code: 'unavailable' })
    expect(server.asked).toBe(2)
    expect((await verify(await tokenOf(first, { kid: 'first', nonce: 'another' }))).userId).toBe('usr_1')
    later(1_001)
    await expect(verify(await tokenOf(forger, { kid: 'forged' }))).rejects.toMatchObject({ code: 'unavailable' })
    expect(server.asked).toBe(3)
  })

  test('a key that was retired — is believed a minute at most, also for tokens that were verified before', async () => {
    const { verify } = verifier()
    const second = await newPair()
    server.keys = [await publicJwk(first, 'first'), await publicJwk(second, 'second')]
    const stolen = await tokenOf(second, { kid: 'second' })
    await verify(stolen)
    server.keys = [await publicJwk(first, 'first')]
    later(59_000)
    await verify(stolen)
    later(1_001)
    await expect(verify(stolen)).rejects.toMatchObject({ code: 'invalid_token' })
    await expect(verify(await tokenOf(second, { kid: 'second' }))).rejects.toMatchObject({ code: 'invalid_token' })
    await verify(await tokenOf(first, { kid: 'first' }))
    expect(server.asked).toBe(2)
  })

  test('the keys — that cannot be had anew — stay, and are asked for once a second', async () => {
    const { verify } = verifier()
    await verify(await tokenOf(first, { kid: 'first' }))
    server.keys = undefined
    later(300_000)
    for (let n = 0; n < 5; n += 1) expect((await verify(await tokenOf(first, { kid: 'first', n }))).userId).toBe('usr_1')
    expect(server.asked).toBe(2)
    later(1_001)
    expect((await verify(await tokenOf(first, { kid: 'first' }))).userId).toBe('usr_1')
    await vi.waitFor(() => expect(server.asked).toBe(3))

    const second = await newPair()
    server.keys = [await publicJwk(second, 'second')]
    later(1_001)
    expect((await verify(await tokenOf(second, { kid: 'second' }))).userId).toBe('usr_1')
    await expect(verify(await tokenOf(first, { kid: 'first' }))).rejects.toMatchObject({ code: 'invalid_token' })
  })

  test.each([
    ['a text', 'none'],
    ['of no keys', [1]],
  ])('a list — that is %s — is as no answer', async (_case, keys) => {
    server.keys = keys as JWK[]
    const { verify } = verifier()
    await expect(verify(await tokenOf(first, { kid: 'first' }))).rejects.toMatchObject({ code: 'unavailable' })
  })

  test.each(['jku', 'x5u', 'jwk', 'x5c'])('a token — that brings its own key in %s — is judged by our keys alone', async (member) => {
    const forger = await newPair()
    const foreign = await startKeyServer()
    const own = await publicJwk(forger, 'first')
    foreign.keys = [own]
    const value = { jku: foreign.url.href, x5u: foreign.url.href, jwk: own, x5c: ['MIIB'] }[member]
    const { verify } = verifier()
    for (const kid of ['first', 'forged'])
      await expect(verify(await tokenOf(forger, { kid, [member]: value }))).rejects.toMatchObject({ code: 'invalid_token' })
    expect(foreign.asked).toBe(0)
    // The header alone is no reason to refuse what our own key has signed.
    expect((await verify(await tokenOf(first, { kid: 'first', [member]: value }))).userId).toBe('usr_1')
    expect(foreign.asked).toBe(0)
    foreign.close()
  })
})
