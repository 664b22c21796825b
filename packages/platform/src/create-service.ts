import { createLogger, type Logger } from './logger.ts'
import { portOf, type PlaceName, placesOf } from './places.ts'
import { Service, type ServiceOptions } from './service.ts'
import type { CommonSettings } from './settings.ts'

/** A service without a database, such as the gateway, starts without these. */
type DatabaseSetting = 'DATABASE_URL' | 'DATABASE_POOL_MAX' | 'BROKER_URL'
import { createServiceTokens, createTokenVerifier, type TokenVerifier } from './tokens.ts'

export interface ServiceParts extends Pick<ServiceOptions, 'headers' | 'description'> {
  logger?: Logger
  verifier?: TokenVerifier
  /** Overrides the port that the settings give; 0 = any free one. */
  port?: number
}

/** The service every `app.ts` starts from: logger, token checks and port as the settings say. */
export function serviceFrom(name: PlaceName, settings: Omit<CommonSettings, DatabaseSetting>, parts: ServiceParts = {}): Service {
  const places = placesOf(settings)
  return new Service({
    name,
    host: settings.HOST,
    port: parts.port ?? portOf(name, settings),
    ...(parts.headers ? { headers: parts.headers } : {}),
    ...(parts.description ? { description: parts.description } : {}),
    logger: parts.logger ?? createLogger({ service: name, level: settings.LOG_LEVEL }),
    startPatienceSeconds: settings.START_PATIENCE_SECONDS,
    metricsToken: settings.METRICS_TOKEN,
    verifier:
      parts.verifier ??
      createTokenVerifier({ issuer: places.publicUrl, keys: places.identity.map((url) => new URL('/.well-known/jwks.json', url)) }),
    serviceTokens: createServiceTokens(settings.SERVICE_TOKEN_SECRET, name),
  })
}
