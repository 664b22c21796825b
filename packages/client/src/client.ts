import { retryAfterOf, SkyholdError } from './errors.ts'
import { CALLS } from './generated/openapi.ts'
import { type Answered, persistently, type RetryOptions } from './retry.ts'
import { type SeatsEvent, watchSeats, type WatchOptions } from './seat-events.ts'
import { sleep } from './sleep.ts'
import { TokenKeeper, type Tokens } from './tokens.ts'
import type { Answer, Arguments, CallName, CallOptions, DataOf, Given, ItemOf, ListName, Schema } from './types.ts'

export interface SkyholdOptions {
  /** Where the gateway is, such as `https://fly.example`. */
  baseUrl: string
  /** Tokens of an earlier session, or the `bkt_…` token of a look-up as the access token. */
  tokens?: Tokens
  /** Is told of new tokens, to keep them; null = signed out. */
  onTokens?: (tokens: Tokens | null) => void
  /** How long one try may take. A payment may rightly take half a minute. */
  timeoutMs?: number
  retry?: Partial<RetryOptions>
  fetch?: typeof fetch
}

/** What a call is given, with its types forgotten. */
interface Loose extends CallOptions {
  path?: Record<string, string>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
}

const TIMEOUT_MS = 35_000
const RETRY: RetryOptions = { triesMax: 5, waitMaxSeconds: 30, sleep, random: Math.random }
/** By HTTP, sending these twice is sending them once. */
const IDEMPOTENT = new Set<string>(['GET', 'PUT', 'DELETE'])
/** These prove themselves by what they use up, a password or a code: once they are done, a second try is refused. */
const SPENDING = new Set<CallName>(['changePassword', 'removeSecondFactor'])

/** Skyhold's HTTP API. Every call is named by its `operationId`; a refusal is thrown as `SkyholdError`. */
export class Skyhold {
  readonly #options: SkyholdOptions
  readonly #retry: RetryOptions
  readonly #tokens: TokenKeeper
  readonly #fetch: typeof fetch

  constructor(options: SkyholdOptions) {
    this.#options = options
    this.#retry = { ...RETRY, ...options.retry }
    this.#tokens = new TokenKeeper(options.tokens ?? null, (tokens) => options.onTokens?.(tokens))
    this.#fetch = options.fetch ?? fetch
  }

  /** Makes a call until its answer stands. Each call that takes an Idempotency-Key has one, the same for all its tries, so that it is done once. */
  async call<N extends CallName>(name: N, ...[given]: Arguments<N>): Promise<Answer<DataOf<N>>> {
    const { status, headers, data } = await this.#request(name, (given ?? {}) as Loose)
    return {
      status,
      data: data as DataOf<N>,
      etag: headers.get('etag'),
      location: headers.get('location'),
      retryAfterSeconds: retryAfterOf(headers),
      isReplayed: headers.get('idempotency-replayed') === 'true',
      headers,
    }
  }

  /** Every item of a list, page after page, each fetched when it is needed. */
  async *each<N extends ListName>(name: N, ...[given]: Arguments<N>): AsyncGenerator<ItemOf<N>, void> {
    for await (const page of this.pages(name, ...([given] as unknown as Arguments<N>))) yield* page
  }

  /** The pages of a list. */
  async *pages<N extends ListName>(name: N, ...[given]: Arguments<N>): AsyncGenerator<ItemOf<N>[], void> {
    const { query, ...others } = (given ?? {}) as Loose
    let cursor: string | null = null
    do {
      const asked = { ...others, query: { ...query, ...(cursor === null ? {} : { cursor }) } } as unknown as Given<N>
      const { data } = (await this.call(name, ...([asked] as unknown as Arguments<N>))) as Answer<{
        data: ItemOf<N>[]
        nextCursor: string | null
      }>
      yield data.data
      cursor = data.nextCursor
    } while (cursor !== null)
  }

  /** Seats of a flight as they change, until the loop is left or `signal` says so. A lost connection is opened again. */
  watchSeats(flightId: string, options: WatchOptions = {}): AsyncGenerator<SeatsEvent, void> {
    const url = this.#urlOf('watchSeatMap', { path: { id: flightId } })
    return watchSeats({ open: (headers, signal) => this.#fetch(url, { headers, signal }), retry: this.#retry }, options)
  }

  /** Opens a session; later calls are made in it, with new tokens when the old ones are past their time. */
  async signIn(credentials: Schema<'Login'>): Promise<Schema<'Tokens'>> {
    const { data } = await this.call('login', { body: credentials })
    this.#keep(data)
    return data
  }

  /** Ends the session, here and on the server. */
  async signOut(): Promise<void> {
    const refreshToken = this.#tokens.current?.refreshToken
    this.#tokens.keep(null)
    if (refreshToken !== undefined) await this.call('logout', { body: { refreshToken } })
  }

  /** The same server, called with the token of a look-up: it opens one booking. */
  withBookingToken(accessToken: string): Skyhold {
    const { onTokens: _ofThisSession, ...options } = this.#options
    return new Skyhold({ ...options, tokens: { accessToken } })
  }

  #keep({ accessToken, refreshToken }: Schema<'Tokens'>): void {
    this.#tokens.keep({ accessToken, refreshToken })
  }

  async #request(name: CallName, given: Loose): Promise<Answered> {
    const { method, takesKey, isPublic } = CALLS[name]
    const key = given.key ?? (takesKey ? crypto.randomUUID() : undefined)
    const url = this.#urlOf(name, given)
    const attempt = {
      isRepeatable: (IDEMPOTENT.has(method) && !SPENDING.has(name)) || key !== undefined,
      ...(given.signal ? { signal: given.signal } : {}),
      send: () => this.#signed((token) => this.#send(url, method, headersOf(given, key, token), given), isPublic),
    }
    return persistently(attempt, this.#retry)
  }

  /** Sends with the token there is; a token past its time is renewed, once. A public call is refused for what it says and not for its token: a password that is wrong, say. */
  async #signed(send: (token: string | undefined) => Promise<Response>, isPublic: boolean): Promise<Response> {
    const token = this.#tokens.current?.accessToken
    const response = await send(token)
    if (response.status !== 401 || token === undefined || isPublic) return response
    const isRenewed = await this.#tokens.renew(token, (refreshToken) => this.#refresh(refreshToken))
    if (!isRenewed) return response
    await response.body?.cancel()
    return send(this.#tokens.current?.accessToken)
  }

  async #refresh(refreshToken: string): Promise<Schema<'Tokens'>> {
    const url = this.#urlOf('refreshTokens', {})
    const body = { refreshToken }
    // The server answers the same successor again for ten seconds, so a lost answer may be asked for again.
    const send = () => this.#send(url, 'POST', headersOf({ body }, undefined, undefined), { body })
    try {
      return (await persistently({ send, isRepeatable: true }, this.#retry)).data as Schema<'Tokens'>
    } catch (error) {
      if (error instanceof SkyholdError && error.status === 401) this.#tokens.forget(refreshToken)
      throw error
    }
  }

  #send(url: string, method: string, headers: Record<string, string>, { body, signal }: Loose): Promise<Response> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS)
    return this.#fetch(url, {
      method,
      headers,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  #urlOf(name: CallName, { path = {}, query = {} }: Loose): string {
    const filled = CALLS[name].path.replaceAll(/\{(\w+)\}/g, (_, member: string) => encodeURIComponent(path[member] ?? ''))
    const url = new URL(filled, this.#options.baseUrl)
    for (const [member, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(member, String(value))
    return url.href
  }
}

function headersOf({ body, ifMatch, ifNoneMatch }: Loose, key: string | undefined, token: string | undefined): Record<string, string> {
  return {
    accept: 'application/json, application/problem+json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
  }
}
