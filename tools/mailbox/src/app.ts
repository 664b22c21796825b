import { resolve } from 'node:path'
import { createLogger, type Logger, portOf, Service } from '@skyhold/platform/without-database'
import type { MailboxSettings } from './config.ts'
import { Messages } from './repositories/messages.ts'
import { controlRoutes } from './routes/control.ts'
import { messageRoutes } from './routes/messages.ts'
import { pageRoutes } from './routes/pages.ts'
import { type Controlled, normalControl } from './services/control.ts'
import { SmtpReceiver } from './smtp/receiver.ts'

export { MAILBOX_SETTINGS, type MailboxSettings } from './config.ts'

export interface MailboxParts {
  logger?: Logger
  /** Overrides the page's port that the settings give; 0 = any free one. */
  port?: number
  /** Overrides the SMTP port that the settings give; 0 = any free one. */
  smtpPort?: number
}

/** A service that also receives mail. */
export type MailboxService = Service & { readonly smtpUrl: string }

/** The mailbox, wired and not yet listening. */
export function createMailbox(settings: MailboxSettings, parts: MailboxParts = {}): MailboxService {
  const logger = parts.logger ?? createLogger({ service: 'mailbox', level: settings.LOG_LEVEL })
  const service = new Service({
    name: 'mailbox',
    host: settings.HOST,
    port: parts.port ?? portOf('mailbox', settings),
    logger,
    startPatienceSeconds: settings.START_PATIENCE_SECONDS,
    metricsToken: settings.METRICS_TOKEN,
  })
  const messages = new Messages(resolve(settings.DATA_DIR, 'mailbox.sqlite'))
  const controlled: Controlled = { control: normalControl() }
  const smtp = new SmtpReceiver({ host: settings.HOST, port: smtpPortOf(settings, parts), messages, controlled, logger })

  messageRoutes(service.http, messages)
  pageRoutes(service.http, messages)
  controlRoutes(service.http, controlled)
  service.check('smtp', () => smtp.isListening)
  service.onStart('smtp', () => smtp.listen())
  service.onStop(() => messages.close())
  service.onStop(() => smtp.close())
  return Object.defineProperty(service, 'smtpUrl', { get: () => `smtp://${settings.HOST}:${smtp.port}` }) as MailboxService // Defined on this very line.
}

/** Beside the page's port, also when that is set by hand: LISTEN_PORT is the page's, the next one the mail's. */
const smtpPortOf = (settings: MailboxSettings, parts: MailboxParts): number =>
  parts.smtpPort ?? (settings.LISTEN_PORT ? settings.LISTEN_PORT + 1 : portOf('smtp', settings))
