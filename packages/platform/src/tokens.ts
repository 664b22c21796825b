import { ROLES, type Role } from '@skyhold/contracts'
import { createLocalJWKSet, errors, jwtVerify, SignJWT, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { createPublicKeys, KeysUnreachable, type PublicKeys } from './public-keys.ts'
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

export interface TokenVerifier {
  /** The caller, or Refusal `invalid_token`. A token once verified is remembered until it expires or the keys change, so that checking it again costs a look-up. */
  verify(token: string): Promise<Caller>
}

export interface TokenVerifierOptions {
  issuer: string
  /** Where the public keys are: the URLs of identity's replicas, tried in order, or the keys themselves in tests. */
  keys: readonly URL[] | JSONWebKeySet
  now?: () => number
}

export function createTokenVerifier({ issuer, keys, now = Date.now }: TokenVerifierOptions): TokenVerifier {
  const publicKeys = isKeySet(keys) ? fixedKeys(keys) : createPublicKeys({ urls: keys, now, onChange: () => remembered.clear() })
  // By their signatures: hashing some ninety letters costs less than hashing four hundred at each call. The whole token is compared all the same.
  const remembered = new Map<string, { token: string; caller: Caller; expiresAtMs: number }>()

  return {
    async verify(token) {
      // Before what is remembered: a key that identity has retired is believed no longer because its token has been here before.
      await publicKeys.refresh()
      const signature = token.slice(token.lastIndexOf('.') + 1)
      const known = remembered.get(signature)
      if (known && known.token === token && known.expiresAtMs > now()) return known.caller
      const verified = await verifyJwt(token, { getKey: publicKeys.get, issuer, currentDate: new Date(now()) })
      if (remembered.size >= REMEMBERED_MAX) remembered.clear()
      remembered.set(signature, { token, ...verified })
      return verified.caller
    },
  }
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
    if (error instanceof KeysUnreachable)
      throw new Refusal('unavailable', { detail: 'The keys that tokens are checked with cannot be reached.', retryAfterSeconds: 1 })
    if (error instanceof Refusal) throw error
    throw new Refusal('invalid_token', {
      detail: error instanceof errors.JWTExpired ? 'The token has expired.' : 'The token is not valid.',
    })
  }
}

const areRoles = (value: unknown): value is Role[] =>
  Array.isArray(value) && value.every((role) => (ROLES as readonly unknown[]).includes(role))

/** Tokens for calls between services: one minute, for one service only, by one service. */
export interface ServiceTokens {
  sign(audience: string): Promise<string>
  /** Who calls; null for one of an earlier version, which does not say. Throws Refusal `invalid_token`. */
  verify(token: string, audience: string): Promise<string | null>
}

const SERVICE_TOKEN_TYPE = 'svc+jwt'

/** All services sign with one secret, so that the name of who calls keeps mistakes out, and not somebody who has the secret. */
export function createServiceTokens(secret: string, service: string): ServiceTokens {
  const key = new TextEncoder().encode(secret)
  return {
    sign: (audience) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'HS256', typ: SERVICE_TOKEN_TYPE })
        .setIssuer(service)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(key),
    async verify(token, audience) {
      try {
        const expected = { algorithms: ['HS256'], typ: SERVICE_TOKEN_TYPE, audience, requiredClaims: ['exp'] }
        return (await jwtVerify(token, key, expected)).payload.iss ?? null
      } catch (error) {
        throw new Refusal('invalid_token', { detail: error instanceof Error ? 'The service token is not valid.' : String(error) })
      }
    },
  }
}

const fixedKeys = (keys: JSONWebKeySet): PublicKeys => ({ get: createLocalJWKSet(keys), refresh: async () => {} })

const isKeySet = (keys: readonly URL[] | JSONWebKeySet): keys is JSONWebKeySet => !Array.isArray(keys)
