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
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw new TypeError(`:${name} has no value.`)
    return isList(value) ? list(name, value, escapeText) : scalar(name, value, escapeText)
  })
}

function list(name: string, values: readonly (SqlScalar | readonly SqlScalar[])[], escapeText: (value: string) => string): string {
  // `IN ()` is an error on the servers and nothing on SQLite: the caller knows what an empty list means.
  if (values.length === 0) throw new TypeError(`:${name} is an empty list, which SQL cannot spell.`)
  return values.map((value) => (isList(value) ? `(${list(name, value, escapeText)})` : scalar(name, value, escapeText))).join(', ')
}

function scalar(name: string, value: unknown, escapeText: (value: string) => string): string {
  switch (typeof value) {
    case 'string':
      if (value.includes('\0')) throw new TypeError(`:${name} holds a NUL character, which ends the text of a statement for SQLite.`)
      return escapeText(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`:${name} is ${value}, which is no number for a database.`)
      return String(value)
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? '1' : '0'
    default:
      if (value === null) return 'NULL'
      if (Buffer.isBuffer(value)) return `X'${value.toString('hex')}'`
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
