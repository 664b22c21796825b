const LEFT_OUT = '…'

/**
 * Where databases write values of a row, or the text of a statement, into the message of an error. What is quoted may itself hold quotes, so each
 * goes as far as the words that follow the last one; names of keys and columns stay.
 */
const QUOTED: readonly RegExp[] = [
  /(?<=Duplicate entry ').*(?=' for key )/s, // 1062, 1586
  /(?<=ncorrect [\w ]+ value: ').*(?=' for (?:column|function) |'$)/s, // 1292, 1366, 1411, 1525
  /(?<=Invalid \w+ character string: ').*(?=')/s, // 1300
  /(?<=Illegal \w+ ').*(?=' value found)/s, // 1367
  /(?<=value is out of range in ').*(?=')/s, // 1690
  /(?<= near ').*(?=' at line \d)/s, // 1064
  /(?<=near ").*(?=": syntax error)/s, // SQLite
  /(?<=unrecognized token: ").*(?=")/s, // SQLite
]

const withoutQuoted = (message: string): string => QUOTED.reduce((text, quoted) => text.replace(quoted, LEFT_OUT), message)

/** What leads from an error to those beneath it: the language's own, and Sequelize's to the error of the driver. */
const BENEATH = ['cause', 'parent', 'original'] as const

/**
 * Takes values that the database has quoted out of texts about an error, such as its message and its stack: `Duplicate entry 'asha@example.com' for key …`
 * is somebody's address, and must be read by nobody who reads logs.
 */
export function leavingOutValues(error: unknown): (text: string) => string {
  const messages = new Set<string>()
  collect(error, messages, new Set())
  return (text) => [...messages].reduce((left, message) => left.replaceAll(message, () => withoutQuoted(message)), text)
}

/** The messages that quote something, of the error and of those beneath. */
function collect(error: unknown, messages: Set<string>, seen: Set<unknown>): void {
  if (!(error instanceof Error) || seen.has(error)) return
  seen.add(error)
  if (withoutQuoted(error.message) !== error.message) messages.add(error.message)
  for (const member of BENEATH) collect(Reflect.get(error, member), messages, seen)
  if (error instanceof AggregateError) for (const each of error.errors) collect(each, messages, seen)
}

/** The error in a line, for whoever keeps the reason of a failure. */
export const lineOf = (error: unknown): string => leavingOutValues(error)(String(error))
