export type SqlScalar = string | number | bigint | boolean | null | Buffer
/** `:name` of a scalar is one value, of a list `1, 2, 3`, of a list of lists `(1, 'a'), (2, 'b')`. */
export type SqlValue = SqlScalar | readonly SqlScalar[] | readonly (readonly SqlScalar[])[]
export type SqlValues = Readonly<Record<string, SqlValue>>

/** Texts in quotes, identifiers in backticks and comments are left as they are; a name follows one colon. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|(?<!:):([a-z_]\w*)/gi

/**
 * Writes values in place of `:name`. Sequelize's own replacements leave a name alone whose neighbours they do not expect (`a<:now`), which SQLite then takes for NULL without a word:
 * here every name is replaced, and one without a value is an error.
 */
export function writeValues(sql: string, values: SqlValues, escapeText: (value: string) => string): string {
  return sql.replace(TOKEN, (token: string, name: string | undefined) => {
    if (name === undefined) return token
    const value = valueOf(name, values)
    return isList(value) ? list(name, value, escapeText) : scalar(name, value, escapeText)
  })
}

/**
 * The values of a statement for SQLite to bind under their names, so that the same text is prepared once and not for each value anew. Null where it has a list, whose length is
 * part of the text: such a statement is written.
 */
export function boundValues(sql: string, values: SqlValues): Record<string, SqlScalar> | null {
  const bound: Record<string, SqlScalar> = {}
  for (const name of namesIn(sql)) {
    const value = valueOf(name, values)
    // Sequelize would turn a big integer into a text.
    if (isList(value) || typeof value === 'bigint') return null
    bound[name] = checked(name, value)
  }
  return bound
}

/** Statements are texts of the code: they come again. */
const names = new Map<string, readonly string[]>()
const KNOWN_TEXTS = 512

function namesIn(sql: string): readonly string[] {
  const known = names.get(sql)
  if (known) return known
  const found = new Set([...sql.matchAll(TOKEN)].flatMap(([, name]) => name ?? []))
  if (names.size === KNOWN_TEXTS) names.clear()
  names.set(sql, [...found])
  return [...found]
}

function list(name: string, values: readonly (SqlScalar | readonly SqlScalar[])[], escapeText: (value: string) => string): string {
  // `IN ()` is an error on the servers and nothing on SQLite: the caller knows what an empty list means.
  if (values.length === 0) throw new TypeError(`:${name} is an empty list, which SQL cannot spell.`)
  return values.map((value) => (isList(value) ? `(${list(name, value, escapeText)})` : scalar(name, value, escapeText))).join(', ')
}

function scalar(name: string, value: SqlScalar, escapeText: (value: string) => string): string {
  const sound = checked(name, value)
  if (typeof sound === 'string') return escapeText(sound)
  if (typeof sound === 'boolean') return sound ? '1' : '0'
  if (sound === null) return 'NULL'
  return Buffer.isBuffer(sound) ? `X'${sound.toString('hex')}'` : String(sound)
}

function valueOf(name: string, values: SqlValues): SqlValue {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value === undefined) throw new TypeError(`:${name} has no value.`)
  return value
}

/** The value, if databases can take it. Whatever the types say, it may come from anywhere. */
function checked(name: string, value: unknown): SqlScalar {
  switch (typeof value) {
    case 'string':
      if (value.includes('\0')) throw new TypeError(`:${name} holds a NUL character, which ends the text of a statement for SQLite.`)
      return value
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`:${name} is ${value}, which is no number for a database.`)
      return value
    case 'bigint':
    case 'boolean':
      return value
    default:
      if (value === null || Buffer.isBuffer(value)) return value
      if (value instanceof Date)
        throw new TypeError(`:${name} is a Date, which loses its milliseconds on a server and its meaning on SQLite; pass milliseconds.`)
      throw new TypeError(`:${name} is of a kind that cannot be written in SQL: ${typeof value}.`)
  }
}

const isList = (value: unknown): value is readonly (SqlScalar | readonly SqlScalar[])[] => Array.isArray(value)

/**
 * A column by whose index a statement must not look for its rows, because it names them by their keys. SQLite, which has no counts, takes any index on a status for a good one: to change a
 * thousand holds by their ids it reads all that are active. To it and to MySQL the plus does nothing to a value.
 */
export const unindexed = (column: string): string => `+${column}`
