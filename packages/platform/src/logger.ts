import pino, { type DestinationStream, type Logger } from 'pino'
import { leavingOutValues } from './database/quoted-values.ts'

export type { Logger }

/** Header and body members that never reach a log, wherever they stand one or two levels deep. */
const SECRET = ['authorization', 'cookie', 'password', 'refreshToken', 'accessToken', 'clientSecret', 'secret']

/**
 * What an error of the database carries beside its message: the statement, with the values of its row. Names, addresses and a provider's secrets are
 * among those, so they stay out; the message and the stack say where it was, without the values that the database quotes in them.
 */
const OF_THE_STATEMENT = ['sql', 'sqlMessage', 'parameters', 'fields', 'errors']

/** Where Sequelize puts the driver's error. */
const INNER = ['original', 'parent']
/** pino's name for the members of `errors`. Those of Sequelize hold one column each, with its value. */
const PARTS = 'aggregateErrors'

function serializeError(error: Error): object {
  const withoutValues = leavingOutValues(error)
  const clean = (serialized: object): object =>
    Object.fromEntries(
      Object.entries(serialized)
        .filter(([name]) => !OF_THE_STATEMENT.includes(name) && !(name === PARTS && 'parent' in serialized))
        .map(([name, value]: [string, unknown]) => [name, cleanMember(name, value)]),
    )
  const cleanMember = (name: string, value: unknown): unknown => {
    if (typeof value === 'string') return withoutValues(value)
    if (name === PARTS && Array.isArray(value)) return value.map((part: unknown) => (isObject(part) ? clean(part) : part))
    return INNER.includes(name) && isObject(value) ? clean(value) : value
  }
  return clean(pino.stdSerializers.err(error))
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Structured log lines, one JSON object each; `destination` is for tests that read what was logged. */
export function createLogger({ service, level, destination }: { service: string; level: string; destination?: DestinationStream }): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => (error instanceof Error ? serializeError(error) : error) },
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
  }
  return pino(options, destination ?? standardOutput())
}

let output: ReturnType<typeof pino.destination> | undefined

/**
 * One for the whole process, written to in the background. After `fatal` and at the exit pino would write what is left at once, and to a reader who is gone
 * sonic-boom tries that for ever (4.2.1, `flushSync`): whoever ends the process waits for `logWritten` instead.
 */
function standardOutput(): DestinationStream {
  if (!output) {
    // With a length of 0, the default, `flush` waits for nothing.
    output = pino.destination({ dest: 1, minLength: 1, sync: false })
    output.flushSync = () => undefined
  }
  return output
}

/** Resolves when every line so far is written, or nobody reads them any more. */
export const logWritten = (): Promise<void> => new Promise((resolve) => (output ? output.flush(() => resolve()) : resolve()))
