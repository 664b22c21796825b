import { startFakeIdentity, type FakeIdentity } from './fake-identity.ts'
import { fetchChecked, startGateway, type TestGateway } from './gateway.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** A gateway with an identity and a bookings service, and the calls that a page makes of it. */
export class SiteBench {
  declare identity: FakeIdentity
  declare bookings: Upstream
  declare gateway: TestGateway
  readonly extra: { close(): Promise<void> }[] = []

  async open(): Promise<void> {
    this.identity = await startFakeIdentity()
    this.bookings = await startUpstream()
    this.gateway = await this.startGateway()
  }

  startGateway(env: Record<string, string> = {}): Promise<TestGateway> {
    return startGateway({ IDENTITY_URL: this.identity.url, BOOKINGS_URL: this.bookings.url, ...env })
  }

  async close(): Promise<void> {
    await Promise.all([this.gateway, this.identity, this.bookings, ...this.extra.splice(0)].map((part) => part.close()))
  }

  call(path: string, init: RequestInit = {}, { url } = this.gateway): Promise<Response> {
    return fetchChecked(`${url}/api/v1${path}`, init)
  }

  signIn(password = 'right', headers: Record<string, string> = {}, gateway = this.gateway): Promise<Response> {
    const body = JSON.stringify({ email: 'ada@example.com', password })
    return this.call('/auth/cookie-session', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }, gateway)
  }

  /** Headers of a page that has signed in. */
  async signedIn(headers: Record<string, string> = {}): Promise<{ cookie: string; 'x-csrf-token': string }> {
    const answer = await this.signIn('right', headers)
    const { csrfToken } = (await answer.json()) as { csrfToken: string }
    return { cookie: cookieOf(answer), 'x-csrf-token': csrfToken }
  }
}

/** The cookie as a browser sends it back. */
export const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
