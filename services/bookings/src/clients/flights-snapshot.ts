import type { FlightState } from '@skyhold/contracts'
import type { ServiceTokens } from '@skyhold/platform'
import type { FlightCopy } from '../repositories/flights.ts'

export interface FlightsSnapshot {
  /** How many flights there are from `sinceMs` on, and the sum of their versions. */
  head(): Promise<{ count: number; sequenceSum: number; sinceMs: number }>
  pages(): AsyncIterable<FlightCopy[]>
}

const PAGE = 500
const TIMEOUT_MS = 15_000

/** The flights service's own list, for a copy that is empty or behind. Asked at start, never inside a request. */
export function createFlightsSnapshot({ urls, serviceTokens }: { urls: readonly string[]; serviceTokens: ServiceTokens }): FlightsSnapshot {
  async function getFrom<T>(url: string, path: string): Promise<T> {
    const headers = { authorization: `Bearer ${await serviceTokens.sign('flights')}` }
    const response = await fetch(new URL(path, url), { headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!response.ok) throw new Error(`flights answered ${response.status} to ${path}`)
    return (await response.json()) as T
  }

  /** From the first replica that answers; all have one database. Throws what the last one had to say. */
  async function get<T>(path: string): Promise<T> {
    let failure: unknown = new Error('no address of flights is known')
    for (const url of urls) {
      try {
        return await getFrom<T>(url, path)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  return {
    head: () => get('/internal/snapshot/head'),
    async *pages() {
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
        const page: { data: { sequence: number; state: FlightState }[]; nextCursor: string | null } = await get(
          `/internal/snapshot?limit=${PAGE}${query}`,
        )
        yield page.data
        cursor = page.nextCursor
      }
    },
  }
}
