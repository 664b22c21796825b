import type { Problem } from '@skyhold/contracts'
import { type Logger, Refusal, type ServiceTokens } from '@skyhold/platform/without-database'
import { request } from 'undici'
import type { SessionTokens } from '../domain/site-session.ts'

/** As the calls of the route table have it; a flood of sign-ins waits in identity's queue. */
const PATIENCE_MS = 10_000

/** What identity is told of the browser behind a request, so that its owner finds the session again in his list. */
export interface Behind {
  requestId: string
  address: string
  userAgent: string
}

export type SignInAnswer = { tokens: SessionTokens & Record<string, unknown> } | { refused: Problem; headers: Record<string, string> }

/** Identity's sessions on behalf of a browser that holds a cookie. Whenever identity cannot be reached: Refusal `unavailable`. */
export interface SiteSessions {
  /** `credentials` go on as they came; a refusal comes back as identity has put it. */
  signIn(credentials: unknown, behind: Behind): Promise<SignInAnswer>
  /** The next tokens, or null when the session has ended. */
  refresh(refreshToken: string, behind: Behind): Promise<SessionTokens | null>
  signOut(refreshToken: string, behind: Behind): Promise<void>
}

export interface SiteSessionsOptions {
  identityUrls: readonly string[]
  tokens: ServiceTokens
  logger: Logger
}

export function createSiteSessions({ identityUrls, tokens, logger }: SiteSessionsOptions): SiteSessions {
  let turn = 0

  async function post(path: string, value: unknown, { behind, authorization }: { behind: Behind; authorization?: string }) {
    const failures: unknown[] = []
    for (let i = 0; i < identityUrls.length; i++) {
      const url = identityUrls[turn++ % identityUrls.length] ?? ''
      try {
        const answer = await request(url + path, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-request-id': behind.requestId,
            'x-forwarded-for': behind.address,
            'user-agent': behind.userAgent,
            ...(authorization === undefined ? {} : { authorization }),
          },
          body: JSON.stringify(value),
          signal: AbortSignal.timeout(PATIENCE_MS),
        })
        const text = await answer.body.text()
        if (answer.statusCode < 500) return { ...answer, text }
        failures.push(new Error(`${url} answered ${answer.statusCode}`))
      } catch (error) {
        // Each of the three calls may be made again elsewhere: a refresh token answers the same successor for a while.
        failures.push(error)
      }
    }
    logger.warn({ err: new AggregateError(failures), path }, 'identity could not be asked for a session')
    throw new Refusal('unavailable', { detail: 'The identity service cannot be reached.', retryAfterSeconds: 1 })
  }

  return {
    async signIn(credentials, behind) {
      const { statusCode, headers, text } = await post('/api/v1/auth/login', credentials, { behind })
      if (statusCode === 200) return { tokens: JSON.parse(text) as SessionTokens & Record<string, unknown> }
      const kept = ['retry-after', 'www-authenticate'].flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : []))
      return { refused: JSON.parse(text) as Problem, headers: Object.fromEntries(kept) as Record<string, string> }
    },
    async refresh(refreshToken, behind) {
      const { statusCode, text } = await post(
        '/internal/site-sessions/refresh',
        { refreshToken },
        { behind, authorization: `Bearer ${await tokens.sign('identity')}` },
      )
      if (statusCode === 200) return JSON.parse(text) as SessionTokens
      if (statusCode === 401) return null
      throw new Refusal('unavailable', { detail: 'The session cannot be renewed just now.', retryAfterSeconds: 1 })
    },
    async signOut(refreshToken, behind) {
      await post('/api/v1/auth/logout', { refreshToken }, { behind })
    },
  }
}
