import type { IntegrityReport } from '@skyhold/contracts'
import type { Logger, ServiceTokens } from '@skyhold/platform/without-database'
import { request } from 'undici'
import type { ServiceName } from '../policies/route-table.ts'

const READ_MS = 5_000
/** A run waits for a run of another replica (25 s) before it begins its own. */
const RUN_MS = 30_000
/** For all replicas of a service together: the gateway closes a connection on which nothing moves for a minute, and whoever asks would hear nothing at all. */
const ALL_MS = 30_000

export interface IntegritySource {
  /** What the service found when it last looked; null while none of its replicas answers. */
  read(service: ServiceName): Promise<IntegrityReport | null>
  /** The same, after every check has looked again. */
  run(service: ServiceName): Promise<IntegrityReport | null>
}

export interface IntegritySourceOptions {
  places: Record<ServiceName, readonly string[]>
  tokens: ServiceTokens
  logger: Logger
}

/** The integrity of each service, from the first replica that answers: all of them have the same results, in their database. */
export function createIntegritySource({ places, tokens, logger }: IntegritySourceOptions): IntegritySource {
  async function ask(service: ServiceName, { method, path, ms }: { method: 'GET' | 'POST'; path: string; ms: number }) {
    const late = AbortSignal.timeout(ALL_MS)
    for (const url of places[service]) {
      if (late.aborted) break
      try {
        const { statusCode, body } = await request(`${url}${path}`, {
          method,
          headers: { authorization: `Bearer ${await tokens.sign(service)}` },
          headersTimeout: ms,
          signal: AbortSignal.any([late, AbortSignal.timeout(ms)]),
        })
        if (statusCode === 200) return (await body.json()) as IntegrityReport // A service of the same version, by its own schema.
        await body.dump()
        logger.warn({ service, url, statusCode }, 'a service does not tell its integrity')
      } catch (error) {
        logger.warn({ err: error, service, url }, 'a service cannot be asked for its integrity')
      }
    }
    return null
  }
  return {
    read: (service) => ask(service, { method: 'GET', path: '/internal/integrity', ms: READ_MS }),
    run: (service) => ask(service, { method: 'POST', path: '/internal/integrity/runs', ms: RUN_MS }),
  }
}
