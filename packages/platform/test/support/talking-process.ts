import { createLogger } from '../../src/logger.ts'
import { endOnSignals } from '../../src/process.ts'

/** More than a pipe takes at once. */
const MUCH = 'x'.repeat(1_000_000)

/** A process that says something now and then, much at its end, and something grave when it is asked to by SIGUSR2. */
const logger = createLogger({ service: 'talking', level: 'info' })
endOnSignals(async () => logger.info({ about: MUCH }, 'the last word'), logger)
process.on('SIGUSR2', () => logger.fatal('something grave'))
setInterval(() => logger.info('still here'), 20)
