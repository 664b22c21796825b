import type { Service } from '@skyhold/platform'
import { createLogger, createTokenVerifier } from '@skyhold/platform'
import { assertDeclared } from '@skyhold/testkit'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'
import { createGateway, type GatewayParts } from '../../src/app.ts'
import { gatewaySettings } from '../../src/config.ts'

export const ISSUER = 'http://skyhold.test'
export const KEY_ID = 'key-1'
export const keys = generateKeyPairSync('ed25519')

export const publicJwks = async () => ({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: KEY_ID, alg: 'EdDSA', use: 'sig' }] })

export interface TestGateway {
  service: Service
  url: string
  close(): Promise<void>
}

/** A real gateway on a free port. Its tokens are checked with the keys of this file; places come from `env`. `prepare` is for what has to be there before it listens. */
export async function startGateway(
  env: Record<string, string> = {},
  parts: GatewayParts = {},
  prepare: (service: Service) => void = () => undefined,
): Promise<TestGateway> {
  const nowhere = 'http://127.0.0.1:9'
  const settings = gatewaySettings({
    PUBLIC_URL: ISSUER,
    IDENTITY_URL: nowhere,
    FLIGHTS_URL: nowhere,
    BOOKINGS_URL: nowhere,
    NOTIFICATIONS_URL: nowhere,
    ...env,
  })
  const service = createGateway(settings, {
    port: 0,
    logger: createLogger({ service: 'gateway', level: 'silent' }),
    verifier: createTokenVerifier({ issuer: ISSUER, keys: await publicJwks() }),
    ...parts,
  })
  prepare(service)
  await service.listen()
  await service.started
  return { service, url: service.url, close: () => service.close() }
}

/** Answered by the gateway itself. */
const ITS_OWN = /^\/api\/v1\/(?:integrity|waiting-room)/

/** `fetch`, with every answer that is the gateway's own held against the contract; what a pretended service answers is the test's own affair. */
export async function fetchChecked(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init)
  const isRefusal = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false
  if (isRefusal || ITS_OWN.test(new URL(url).pathname)) assertDeclared(init.method ?? 'GET', response, await response.clone().text())
  return response
}

export interface TokenOptions {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  issuer?: string
  audience?: string
  roles?: readonly string[]
  userId?: string
  issuedAt?: number
  expiresAt?: number
  key?: KeyObject | Uint8Array
}

/** An access token as identity makes them, unless told otherwise. */
export function tokenOf(options: TokenOptions = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const {
    roles = ['customer'],
    userId = 'usr_1',
    issuer = ISSUER,
    audience = 'skyhold-api',
    issuedAt = now,
    expiresAt = now + 600,
  } = options
  return new SignJWT({ sid: 'ses_1', roles, operator: 'opr_1', ...options.claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: KEY_ID, ...options.header })
    .setSubject(userId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(options.key ?? keys.privateKey)
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
