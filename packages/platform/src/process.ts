import { createLogger, type Logger, logWritten } from './logger.ts'
import type { Service } from './service.ts'
import { SettingsError } from './settings.ts'

/** What is not finished by then will not finish: the supervisor ends it. */
const CLOSE_MS = 20_000

/** Runs a service as this process: listens, closes in order on SIGINT and SIGTERM, and ends with 1 when it cannot start. */
export async function runProcess(create: () => Service | Promise<Service>): Promise<void> {
  const service = await createOrExit(create)
  const { logger } = service
  endOnSignals(async () => {
    await service.drain()
    await service.close()
  }, logger)
  // A forgotten promise of one request is a bug to be seen, not a reason to drop everybody else's.
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'))
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception')
    void endProcess(1)
  })
  try {
    await service.listen()
    await service.started
  } catch (error) {
    logger.fatal({ err: error }, 'the process ends')
    await service.close()
    await endProcess(1)
  }
}

/** Ends this process when its log is written: `process.exit` alone loses the last lines. */
export async function endProcess(code: number): Promise<never> {
  await logWritten()
  process.exit(code)
}

async function createOrExit(create: () => Service | Promise<Service>): Promise<Service> {
  try {
    return await create()
  } catch (error) {
    if (error instanceof SettingsError) process.stderr.write(`${error.message}\n`)
    else createLogger({ service: 'start', level: 'info' }).fatal({ err: error }, 'the service could not be made')
    return endProcess(1)
  }
}

export function endOnSignals(close: () => Promise<void>, logger: Logger): void {
  let isEnding = false
  const end = (signal: string) => {
    if (isEnding) return
    isEnding = true
    logger.info({ signal }, 'closing')
    setTimeout(() => void endProcess(1), CLOSE_MS).unref()
    close().then(
      () => endProcess(0),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed')
        return endProcess(1)
      },
    )
  }
  process.on('SIGINT', () => end('SIGINT'))
  process.on('SIGTERM', () => end('SIGTERM'))
}
