import type { Logger } from '@skyhold/platform'
import { request } from 'undici'
import type { OpenApi } from '../policies/openapi-join.ts'
import type { ServiceName } from '../policies/route-table.ts'

const PATIENCE_MS = 3_000

/** The description that a service gives of itself, from the first replica that answers; null while none does. */
export async function readOpenApi(service: ServiceName, urls: readonly string[], logger: Logger): Promise<OpenApi | null> {
  for (const url of urls) {
    try {
      const { statusCode, body } = await request(`${url}/openapi.json`, { signal: AbortSignal.timeout(PATIENCE_MS) })
      if (statusCode === 200) return (await body.json()) as OpenApi
      await body.dump()
    } catch (error) {
      logger.debug({ err: error, service, url }, 'no description of the service')
    }
  }
  return null
}
