import { afterEach, beforeEach } from 'vitest'
import { bearer, fetchChecked, startGateway, type TestGateway, tokenOf } from './gateway.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** A gateway with two services behind it, made anew for each test of the file. */
export class ProxyBench {
  declare bookings: Upstream
  declare flights: Upstream
  declare gateway: TestGateway
  declare token: string
  /** What a test has opened besides; closed after it. */
  readonly extra: { close(): Promise<void> }[] = []

  async open(): Promise<void> {
    this.bookings = await startUpstream()
    this.flights = await startUpstream()
    this.gateway = await startGateway({ BOOKINGS_URL: this.bookings.url, FLIGHTS_URL: this.flights.url })
    this.token = await tokenOf()
  }

  async close(): Promise<void> {
    await Promise.all([this.gateway, this.bookings, this.flights, ...this.extra.splice(0)].map((part) => part.close()))
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetchChecked(this.gateway.url + path, { headers })
  }

  postHold(body: string | ReadableStream, headers: Record<string, string> = {}): Promise<Response> {
    return fetchChecked(`${this.gateway.url}/api/v1/holds`, {
      method: 'POST',
      body,
      headers: { ...bearer(this.token), 'content-type': 'application/json', ...headers },
      duplex: 'half',
    })
  }
}

export function useProxy(): ProxyBench {
  const bench = new ProxyBench()
  beforeEach(() => bench.open())
  afterEach(() => bench.close())
  return bench
}
