import { resolve } from 'node:path'
import { createLogger, type Logger, placesOf, portOf, Service } from '@skyhold/platform/without-database'
import type { SimulatorSettings } from './config.ts'
import { every } from './jobs/periodic.ts'
import { WebhookSender } from './jobs/webhooks.ts'
import { authenticationRoutes } from './routes/authentication.ts'
import { controlRoutes } from './routes/control.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { stripeRoutes } from './routes/stripe.ts'
import { Executor } from './services/executing.ts'
import { nowSeconds, openProvider, type Provider } from './services/provider.ts'
import { settleDue } from './services/settling.ts'

export { SIMULATOR_SETTINGS, type SimulatorSettings } from './config.ts'

export interface SimulatorParts {
  logger?: Logger
  /** Overrides the port that the settings give; 0 = any free one. */
  port?: number
}

/** How soon a webhook that is due leaves, when no other delivery has just ended. */
const WEBHOOK_TICK_MS = 50
const SETTLING_TICK_MS = 100
const PURGE_TICK_MS = 3_600_000

/** The payment simulator, wired and not yet listening. */
export function createSimulator(settings: SimulatorSettings, parts: SimulatorParts = {}): Service {
  const logger = parts.logger ?? createLogger({ service: 'simulator', level: settings.LOG_LEVEL })
  const service = new Service({
    name: 'simulator',
    host: settings.HOST,
    port: parts.port ?? portOf('simulator', settings),
    logger,
    startPatienceSeconds: settings.START_PATIENCE_SECONDS,
    metricsToken: settings.METRICS_TOKEN,
  })
  const provider = openProvider({
    file: resolve(settings.DATA_DIR, 'simulator.sqlite'),
    slowMs: settings.SIM_SLOW_MS,
    pageUrl: () => service.url,
  })
  const sender = new WebhookSender({ provider, logger, url: webhookUrlOf(settings), secrets: secretsOf(settings) })
  const executor = new Executor(provider, (eventIds) => sender.deliverNow(eventIds))

  controlRoutes(service.http, provider)
  ledgerRoutes(service.http, provider)
  service.http.register(authenticationRoutes(provider))
  service.http.register(stripeRoutes(provider, executor), { prefix: '/v1' })
  runJobs(service, provider, sender)
  return service
}

/** Stopped before the store closes: the last added comes first. */
function runJobs(service: Service, provider: Provider, sender: WebhookSender): void {
  service.onStop(() => provider.store.close())
  service.onStop(() => sender.close())
  service.onStart('jobs', async () => {
    const jobs = [
      every(WEBHOOK_TICK_MS, () => sender.pump(), service.logger),
      every(SETTLING_TICK_MS, async () => void (await settleDue(provider)), service.logger),
      every(PURGE_TICK_MS, async () => void (await provider.store.commit(() => provider.keys.purge(nowSeconds()))), service.logger),
    ]
    service.onStop(async () => void (await Promise.all(jobs.map((job) => job.close()))))
  })
}

const webhookUrlOf = (settings: SimulatorSettings): string =>
  settings.WEBHOOK_URL || `${placesOf(settings).publicUrl}/api/v1/webhooks/payments`

const secretsOf = (settings: SimulatorSettings): string[] =>
  settings.STRIPE_WEBHOOK_SECRET.split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
