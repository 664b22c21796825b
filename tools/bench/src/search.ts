import { type Bench, type Report, startService } from './bench.ts'
import { searchPaths } from './flights-on-sale.ts'
import { measure } from './load.ts'

/** Searches over six routes and fifty-five days, straight to a flights process: as many different questions as a morning brings. */
export async function benchSearch(bench: Bench): Promise<Report> {
  const flights = await startService(bench, { name: 'flights' })
  const paths = searchPaths()
  let sent = 0
  const request = () => ({ method: 'GET' as const, path: paths[sent++ % paths.length] ?? '' })
  const figures = await measure([{ name: 'flights: GET /flights?from&to&date', url: flights.url, request }], bench.seconds)
  return { title: `flight search, ${paths.length} different searches`, figures, ratios: [] }
}
