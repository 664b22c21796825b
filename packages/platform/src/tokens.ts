import { ROLES, type Role } from '@skyhold/contracts'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose'
import { Refusal } from './refusal.ts'

/** Who makes the request, as the verified token says; never from a header of its own. */
export interface Caller {
  userId: string
  sessionId: string
  roles: Role[]
  operatorId: string
}

export const TOKEN_AUDIENCE = 'skyhold-api'
export const TOKEN_TYPE = 'at+jwt'
export const TOKEN_ALGORITHM = 'EdDSA'
/** A stolen access token is of use for ten minutes at most. */
export const ACCESS_TOKEN_SECONDS = 600
/** Clocks of two machines differ: a token that identity has just signed must not come from the future here. */
const CLOCK_TOLERANCE_SECONDS = 5

/** Bounds the memory of verified tokens: at some four hundred letters and a small object each, ten megabytes or so. */
const REMEMBERED_MAX = 20_000

/** Short: everybody who has just signed in waits for it to be over. */
const FAILED_FETCH_PAUSE_MS = 1_000

export interface TokenVerifier {
  /** The caller, or Refusal `invalid_token`. A token once verified is remembered until it expires, so that checking it again costs a look-up. */
  verify(token: string): Promise<Caller>
}

export interface TokenVerifierOptions {
  issuer: string
  /** Where the public keys are: the URLs of identity's replicas, tried in order, or the keys themselves in tests. */
  keys: readonly URL[] | JSONWebKeySet
  now?: () => number
}

export function createTokenVerifier({ issuer, keys, now = Date.now }: TokenVerifierOptions): TokenVerifier {
  // An unknown `kid` fetches the keys again, at most every five seconds, so that forged ones cannot make us hammer identity.
  const getKey: JWTVerifyGetKey = isKeySet(keys) ? createLocalJWKSet(keys) : remoteKeys(keys)
  // By their signatures: hashing some ninety letters costs less than hashing four hundred at each call. The whole token is compared all the same.
  const remembered = new Map<string, { token: string; caller: Caller; expiresAtMs: number }>()

  return {
    async verify(token) {
      const signature = token.slice(token.lastIndexOf('.') + 1)
      const known = remembered.get(signature)
      if (known && known.token === token && known.expiresAtMs > now()) return known.caller
      const verified = await verifyJwt(token, { getKey, issuer, currentDate: new Date(now()) })
      if (remembered.size >= REMEMBERED_MAX) remembered.clear()
      remembered.set(signature, { token, ...verified })
      return verified.caller
    },
  }
}

function remoteKeys(urls: readonly URL[]): JWTVerifyGetKey {
  const [first] = urls
  if (!first) throw new Error('a token verifier needs to know where the keys are')
  let failed: { error: unknown; atMs: number } | undefined
  return createRemoteJWKSet(first, {
    cooldownDuration: 5_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 3_000,
    // The library pauses after an answer only: without a pause after none, every forged `kid` would ask an identity that is coming up again.
    [customFetch]: async (_url, init) => {
      if (failed && Date.now() < failed.atMs + FAILED_FETCH_PAUSE_MS) throw failed.error
      try {
        const response = await fetchFirst(urls, init)
        failed = undefined
        return response
      } catch (error) {
        failed = { error, atMs: Date.now() }
        throw error
      }
    },
  })
}

/** The first replica that answers: keys must be had as long as one of them is up. */
async function fetchFirst(urls: readonly URL[], init: RequestInit): Promise<Response> {
  const failures: unknown[] = []
  for (const url of urls) {
    try {
      const response = await fetch(url, init)
      if (response.ok) return response
      failures.push(new Error(`${url.href} answered ${response.status}`))
    } catch (error) {
      failures.push(error)
    }
  }
  throw new TypeError('no replica of identity gives its keys', { cause: failures })
}

async function verifyJwt(token: string, { getKey, issuer, currentDate }: { getKey: JWTVerifyGetKey; issuer: string; currentDate: Date }) {
  try {
    const { payload } = await jwtVerify(token, getKey, {
      algorithms: [TOKEN_ALGORITHM],
      typ: TOKEN_TYPE,
      issuer,
      audience: TOKEN_AUDIENCE,
      requiredClaims: ['sub', 'sid', 'exp', 'iat', 'roles', 'operator'],
      maxTokenAge: ACCESS_TOKEN_SECONDS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate,
    })
    const { sub, sid, roles, operator, exp } = payload
    if (typeof sub !== 'string' || typeof sid !== 'string' || typeof operator !== 'string' || !areRoles(roles))
      throw new Refusal('invalid_token')
    return { caller: { userId: sub, sessionId: sid, roles, operatorId: operator }, expiresAtMs: (exp ?? 0) * 1000 }
  } catch (error) {
    // Keys that cannot be fetched are our fault, not the caller's: his token may be good.
    if (
      error instanceof errors.JWKSTimeout ||
      (error instanceof TypeError && !(error instanceof errors.JOSEError)) ||
      isFetchFailure(error)
    )
      throw new Refusal('unavailable', { detail: 'The keys that tokens are checked with cannot be reached.', retryAfterSeconds: 1 })
    if (error instanceof Refusal) throw error
    throw new Refusal('invalid_token', {
      detail: error instanceof errors.JWTExpired ? 'The token has expired.' : 'The token is not valid.',
    })
  }
}

/** jose reports an answer of identity other than 200, or no JSON, as a bare JOSEError. */
const isFetchFailure = (error: unknown) => error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC'

const areRoles = (value: unknown): value is Role[] =>
  Array.isArray(value) && value.every((role) => (ROLES as readonly unknown[]).includes(role))

/** Tokens for calls between services: one minute, for one service only. */
export interface ServiceTokens {
  sign(audience: string): Promise<string>
  /** Throws Refusal `invalid_token`. */
  verify(token: string, audience: string): Promise<void>
}

const SERVICE_TOKEN_TYPE = 'svc+jwt'

export function createServiceTokens(secret: string): ServiceTokens {
  const key = new TextEncoder().encode(secret)
  return {
    sign: (audience) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'HS256', typ: SERVICE_TOKEN_TYPE })
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(key),
    async verify(token, audience) {
      try {
        await jwtVerify(token, key, { algorithms: ['HS256'], typ: SERVICE_TOKEN_TYPE, audience, requiredClaims: ['exp'] })
      } catch (error) {
        throw new Refusal('invalid_token', { detail: error instanceof Error ? 'The service token is not valid.' : String(error) })
      }
    },
  }
}

const isKeySet = (keys: readonly URL[] | JSONWebKeySet): keys is JSONWebKeySet => !Array.isArray(keys)
