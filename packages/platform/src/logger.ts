import pino, { type DestinationStream, type Logger } from 'pino'

export type { Logger }

/** Header and body members that never reach a log, wherever they stand one or two levels deep. */
const SECRET = ['authorization', 'cookie', 'password', 'refreshToken', 'accessToken', 'clientSecret', 'secret']

/** Structured log lines, one JSON object each; `destination` is for tests that read what was logged. */
export function createLogger({ service, level, destination }: { service: string; level: string; destination?: DestinationStream }): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
  }
  return destination ? pino(options, destination) : pino(options)
}
