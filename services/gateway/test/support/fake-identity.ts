import type { RequestListener } from 'node:http'
import { tokenOf } from './gateway.ts'
import { answerJson, startUpstream, type Upstream } from './upstream.ts'

/** An identity that keeps no grace: whatever spends a refresh token twice ends the session, so that a test sees it. */
export interface FakeIdentity extends Upstream {
  /** How long the access tokens that it gives are good. Under ten seconds the gateway takes them for used up. */
  tokenSeconds: number
  refreshes: number
  revoked: string[]
  isAway: boolean
  /** Signs people in, and cannot end a session. */
  cannotSignOut: boolean
}

export async function startFakeIdentity(): Promise<FakeIdentity> {
  const owners = new Map<string, string>()
  const spent = new Set<string>()
  let count = 0

  const tokensFor = async (sessionId: string) => {
    const refreshToken = `rft_${++count}`
    owners.set(refreshToken, sessionId)
    const accessToken = await tokenOf({ claims: { sid: sessionId, jti: String(count) } })
    return { accessToken, tokenType: 'Bearer', expiresInSeconds: identity.tokenSeconds, refreshToken }
  }
  const revoke = (sessionId: string | undefined) => sessionId && identity.revoked.push(sessionId)
  const refused = (code: string) => answerJson({ ...REFUSAL, code }, 401, PROBLEM)

  async function answerTo(url: string, text: string): Promise<RequestListener> {
    if (identity.isAway) return answerJson({}, 503)
    if (url.startsWith('/internal/revoked-sessions'))
      return answerJson({ data: identity.revoked.map((sessionId) => ({ sessionId, revokedAt: 1 })), now: 1 })
    if (url === '/api/v1/auth/login') {
      const { email, password } = JSON.parse(text) as { email: string; password: string }
      return password === 'right' ? answerJson(await tokensFor(`ses_${email}${++count}`)) : refused('invalid_credentials')
    }
    const { refreshToken } = JSON.parse(text || '{}') as { refreshToken: string }
    const sessionId = owners.get(refreshToken)
    if (url === '/api/v1/auth/logout') {
      if (identity.cannotSignOut) return answerJson({}, 503)
      revoke(sessionId)
      return (_request, response) => response.writeHead(204).end()
    }
    if (url !== '/internal/site-sessions/refresh') return answerJson({ ok: true })
    identity.refreshes += 1
    if (spent.has(refreshToken)) revoke(sessionId)
    spent.add(refreshToken)
    return sessionId && !identity.revoked.includes(sessionId) ? answerJson(await tokensFor(sessionId)) : refused('invalid_token')
  }

  const upstream = await startUpstream((request, response) => {
    const { url = '' } = request
    const read = identity.seen.at(-1)
    const isSeen = !url.startsWith('/internal/revoked-sessions') && url !== '/health/ready'
    void (isSeen && read ? read.body : Promise.resolve('')).then(async (text) => (await answerTo(url, text))(request, response))
  })
  const identity: FakeIdentity = Object.assign(upstream, {
    tokenSeconds: 600,
    refreshes: 0,
    revoked: [],
    isAway: false,
    cannotSignOut: false,
  })
  return identity
}

/** As identity words it, but for the code. */
const REFUSAL = {
  type: 'https://skyhold.example/problems/refused',
  title: 'No',
  status: 401,
  detail: 'No.',
  instance: '/api/v1/auth/login',
  requestId: 'of-identity',
}
const PROBLEM = { 'content-type': 'application/problem+json' }
