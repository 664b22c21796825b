import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBookings } from '@skyhold/bookings'
import { bookingsSettings } from '@skyhold/bookings/config'
import { createFlights } from '@skyhold/flights'
import { flightsSettings } from '@skyhold/flights/config'
import { joinOpenApi, type OpenApi, OWN_ROUTES, ROUTE_TABLE, type ServiceName } from '@skyhold/gateway/contract'
import { createIdentity } from '@skyhold/identity'
import { identitySettings } from '@skyhold/identity/config'
import { createNotifications } from '@skyhold/notifications'
import { notificationsSettings } from '@skyhold/notifications/config'
import type { Environment, Service } from '@skyhold/platform'

export const OPENAPI_FILE = fileURLToPath(new URL('../../../openapi/skyhold.json', import.meta.url))

/** The text of `openapi/skyhold.json`, from the schemas of all services: their apps are assembled, and neither listen nor open a database. */
export async function openApiText(): Promise<string> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'skyhold-openapi-'))
  try {
    const env: Environment = { DATA_DIR: dataDir, LOG_LEVEL: 'silent' }
    const services: [ServiceName, Service][] = [
      ['identity', createIdentity(identitySettings(env))],
      ['flights', createFlights(flightsSettings(env))],
      ['bookings', createBookings(bookingsSettings(env))],
      ['notifications', createNotifications(notificationsSettings(env))],
    ]
    const descriptions = new Map<ServiceName, OpenApi>()
    for (const [name, service] of services) descriptions.set(name, await descriptionOf(service))
    return `${JSON.stringify(joinOpenApi({ table: ROUTE_TABLE, own: OWN_ROUTES, descriptions }), null, 2)}\n`
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function descriptionOf(service: Service): Promise<OpenApi> {
  try {
    await service.http.ready()
    // Through its text, as the service would serve it: schemas carry marks that are no JSON.
    return JSON.parse(JSON.stringify(service.http.swagger())) as OpenApi
  } finally {
    await service.close()
  }
}

if (import.meta.main) writeFileSync(OPENAPI_FILE, await openApiText())
