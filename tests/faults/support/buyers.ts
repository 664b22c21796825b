import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DEFAULT_OPERATOR_ID, type Flight, type Role, type SeatMap } from '@skyhold/contracts'
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_TYPE } from '@skyhold/platform'
import { assertDeclared, waitFor } from '@skyhold/testkit'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Reply } from '../../e2e/support/traveller.ts'

const KEY_ID = 'faults'
type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']

export interface BuyerOptions {
  /** What the clock says of the process that is to read the token, compared with ours. */
  clockShiftMs?: number
  role?: Role
}

export interface Buyer {
  call<T>(method: string, path: string, body?: unknown, options?: { key?: string; at?: string }): Promise<Reply<T>>
}

/**
 * Stands in the place of identity: thousands of buyers need tokens and no passwords. The processes that check tokens are started with its address as IDENTITY_URL.
 */
export class Buyers {
  readonly url: string
  readonly close: () => Promise<void>
  readonly #privateKey: PrivateKey

  private constructor(url: string, privateKey: PrivateKey, close: () => Promise<void>) {
    this.url = url
    this.#privateKey = privateKey
    this.close = close
  }

  static async open(): Promise<Buyers> {
    const { privateKey, publicKey } = await generateKeyPair(TOKEN_ALGORITHM)
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: TOKEN_ALGORITHM, use: 'sig' }] }
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answerTo(request.url ?? '', jwks)))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return new Buyers(`http://127.0.0.1:${port}`, privateKey, async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    })
  }

  /** Somebody who is signed in at the installation of this base URL. */
  async buyer(baseUrl: string, { clockShiftMs = 0, role = 'customer' }: BuyerOptions = {}): Promise<Buyer> {
    const userId = `usr_${randomUUID().replaceAll('-', '')}`
    const issuedAt = Math.floor((Date.now() + clockShiftMs) / 1000)
    const token = await new SignJWT({ sid: 'ses_faults', roles: [role], operator: DEFAULT_OPERATOR_ID })
      .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: KEY_ID })
      .setSubject(userId)
      .setIssuer(baseUrl)
      .setAudience(TOKEN_AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + 600)
      .sign(this.#privateKey)
    return {
      async call<T>(method: string, path: string, body?: unknown, { key, at = baseUrl }: { key?: string; at?: string } = {}) {
        const response = await fetch(`${at}/api/v1${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(method === 'POST' ? { 'idempotency-key': key ?? randomUUID() } : {}),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(60_000),
        })
        const text = await response.text()
        assertDeclared(method, response, text)
        return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : null) as T }
      },
    }
  }
}

/** Identity itself is there too and does nothing, so that it has nothing to check. */
function answerTo(url: string, jwks: object): object {
  if (url.startsWith('/.well-known/')) return jwks
  if (url.startsWith('/internal/integrity')) return { checkedAt: null, checks: [] }
  return url.startsWith('/internal/') ? { data: [], now: Date.now() } : { status: 'ready' }
}

/** Comes again under the same key while the door is crowded or says nothing in time. */
export const insist = <T>(call: (key: string) => Promise<Reply<T>>, key: string = randomUUID()): Promise<Reply<T>> =>
  waitFor(
    async () => {
      const reply = await call(key)
      return reply.status >= 500 || reply.status === 429 ? null : reply
    },
    { timeoutMs: 120_000, what: 'an answer' },
  )

export const bookingBody = (holdId: string, seats: readonly string[], email: string) => ({
  holdId,
  passengers: seats.map((seat, i) => ({
    givenNames: `Passenger ${'ABCDEFGHI'[i]}`,
    familyName: "O'Brien",
    type: 'adult',
    seats: [seat],
  })),
  contact: { email },
})

/** The flight in so many days with the most free seats in economy. */
export async function largestFlight(buyer: Buyer, inDays: number): Promise<{ flight: Flight; seats: number }> {
  const date = new Date(Date.now() + inDays * 86_400_000).toISOString().slice(0, 10)
  const { body } = await buyer.call<{ data: Flight[] }>('GET', `/flights?from=DEL&to=BOM&date=${date}&limit=50`)
  const counted = await Promise.all(
    body.data.map(async (flight) => {
      const map = (await buyer.call<SeatMap>('GET', `/flights/${flight.id}/seat-map`)).body
      const economy = map.cabins.find(({ cabin }) => cabin === 'economy')
      return { flight, seats: economy?.rows.flatMap((row) => row.seats).filter(({ status }) => status === 'available').length ?? 0 }
    }),
  )
  const [largest] = counted.sort((a, b) => b.seats - a.seats)
  if (!largest) throw new Error(`no flight on ${date}`)
  return largest
}
