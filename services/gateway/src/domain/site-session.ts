import { seal, SealBroken, unseal } from '@skyhold/platform/without-database'

/** What the cookie of the site's session carries. The browser keeps it sealed: neither a script nor a thief of the cookie jar has a token that is of use elsewhere. */
export interface SiteSession {
  /** The session's id, which stays the same while its tokens change. */
  sessionId: string
  refreshToken: string
  accessToken: string
  accessExpiresAtMs: number
}

/** Identity's answer to a sign-in or a refresh, as far as it matters here. */
export interface SessionTokens {
  accessToken: string
  expiresInSeconds: number
  refreshToken: string
}

const CONTEXT = 'site-session'

export const sealSession = (key: Buffer, { sessionId, refreshToken, accessToken, accessExpiresAtMs }: SiteSession): string =>
  seal(key, JSON.stringify([sessionId, refreshToken, accessToken, accessExpiresAtMs]), CONTEXT)

/** The session in a cookie's value; null for anything that this key has not sealed. */
export function openSession(key: Buffer, value: string): SiteSession | null {
  try {
    const parts = JSON.parse(unseal(key, value, CONTEXT)) as [string, string, string, number]
    const [sessionId, refreshToken, accessToken, accessExpiresAtMs] = parts
    return { sessionId, refreshToken, accessToken, accessExpiresAtMs }
  } catch (error) {
    if (error instanceof SealBroken) return null
    throw error
  }
}

export const sessionOf = ({ accessToken, refreshToken, expiresInSeconds }: SessionTokens, nowMs: number): SiteSession => ({
  sessionId: sessionIdOf(accessToken),
  refreshToken,
  accessToken,
  accessExpiresAtMs: nowMs + expiresInSeconds * 1000,
})

/** The `sid` of a token that identity has just given; whoever lets a request in by it verifies it all the same. */
function sessionIdOf(accessToken: string): string {
  const { sid } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as { sid?: unknown }
  if (typeof sid !== 'string') throw new Error('an access token names no session')
  return sid
}
