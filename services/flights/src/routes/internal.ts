import type { App } from '@skyhold/platform'
import type { FlightSnapshot } from '../services/flight-snapshot.ts'
import { SnapshotHead, SnapshotPage, SnapshotQuery } from './schemas.ts'

/** For services that keep a copy of the flights. Never through the gateway. */
export function internalRoutes(http: App, snapshot: FlightSnapshot): void {
  http.get('/internal/snapshot/head', { config: { access: 'internal' }, schema: { response: { 200: SnapshotHead } } }, () =>
    snapshot.head(),
  )
  http.get(
    '/internal/snapshot',
    { config: { access: 'internal' }, schema: { querystring: SnapshotQuery, response: { 200: SnapshotPage } } },
    (request) => snapshot.page(request.query),
  )
}
