import { randomUUID } from 'node:crypto'
import { DEFAULT_OPERATOR_ID, type Role } from '@skyhold/contracts'
import { createTokenVerifier, TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_TYPE, type TokenVerifier } from '@skyhold/platform'
import { assertDeclared } from '@skyhold/testkit'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

const ISSUER = 'https://skyhold.example'
const KEY_ID = 'test'
const { privateKey, publicKey } = await generateKeyPair(TOKEN_ALGORITHM)

export const testVerifier: TokenVerifier = createTokenVerifier({
  issuer: ISSUER,
  keys: { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: TOKEN_ALGORITHM }] },
})

export interface Reply<T> {
  status: number
  headers: Headers
  body: T
}

/** The problem document, with the members that our refusals carry. */
export interface ProblemBody {
  code: string
  detail?: string
  errors?: { pointer: string; code: string; message: string }[]
  seats?: { flightId: string; designator: string; status: string; heldUntil?: string }[]
  bookingId?: string
}

export interface CallOptions {
  body?: unknown
  /** The Idempotency-Key; a POST has a fresh one unless told, `null` = none. */
  key?: string | null
  headers?: Record<string, string>
}

export interface Client {
  userId: string
  call<T = ProblemBody>(method: string, path: string, options?: CallOptions): Promise<Reply<T>>
  get<T = ProblemBody>(path: string, options?: CallOptions): Promise<Reply<T>>
  post<T = ProblemBody>(path: string, body?: unknown, options?: CallOptions): Promise<Reply<T>>
}

const tokenOf = (userId: string, roles: readonly Role[]): Promise<string> =>
  new SignJWT({ sid: 'ses_test', roles, operator: DEFAULT_OPERATOR_ID })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: KEY_ID })
    .setSubject(userId)
    .setIssuer(ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('600s')
    .sign(privateKey)

/** A client of the API at `url`; paths without the `/api/v1`. No `name`: a client that is not signed in. */
export function clientOf(url: string, name?: string, roles: readonly Role[] = ['customer']): Client {
  const userId = `usr_${name ?? 'nobody'}`
  const token = name === undefined ? null : tokenOf(userId, roles)
  const call = async <T>(method: string, path: string, { body, key, headers = {} }: CallOptions = {}): Promise<Reply<T>> => {
    const idemKey = key === undefined && method === 'POST' ? randomUUID() : key
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${await token}` } : {}),
        ...(idemKey ? { 'idempotency-key': idemKey } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    assertDeclared(method, response, text)
    return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as T }
  }
  return {
    userId,
    call,
    get: (path, options) => call('GET', path, options),
    post: (path, body, options) => call('POST', path, { ...options, ...(body === undefined ? {} : { body }) }),
  }
}
