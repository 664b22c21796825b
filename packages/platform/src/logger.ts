import pino, { type DestinationStream, type Logger } from 'pino'

export type { Logger }

/** Header and body members that never reach a log, wherever they stand one or two levels deep. */
const SECRET = ['authorization', 'cookie', 'password', 'refreshToken', 'accessToken', 'clientSecret', 'secret']

/**
 * What an error of the database carries beside its message: the statement, with the values of its row. Names, addresses and a provider's secrets are
 * among those, so they stay out; the message and the stack say where it was.
 */
const OF_THE_STATEMENT = ['sql', 'parameters', 'fields', 'errors']

/** Where Sequelize puts the driver's error. */
const INNER = ['original', 'parent']

function withoutStatements(serialized: object): object {
  return Object.fromEntries(
    Object.entries(serialized)
      .filter(([name]) => !OF_THE_STATEMENT.includes(name))
      .map(([name, value]: [string, unknown]) => [
        name,
        INNER.includes(name) && typeof value === 'object' && value !== null ? withoutStatements(value) : value,
      ]),
  )
}

/** Structured log lines, one JSON object each; `destination` is for tests that read what was logged. */
export function createLogger({ service, level, destination }: { service: string; level: string; destination?: DestinationStream }): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => (error instanceof Error ? withoutStatements(pino.stdSerializers.err(error)) : error) },
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
  }
  return destination ? pino(options, destination) : pino(options)
}
