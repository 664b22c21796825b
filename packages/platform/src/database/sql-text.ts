export type SqlScalar = string | number | bigint | boolean | null | Buffer
/** `:name` of a scalar is one value, of a list `1, 2, 3`, of a list of lists `(1, 'a'), (2, 'b')`. */
export type SqlValue = SqlScalar | readonly SqlScalar[] | readonly (readonly SqlScalar[])[]
export type SqlValues = Readonly<Record<string, SqlValue>>

/** Texts in quotes, identifiers in backticks and comments are left as they are; a name follows one colon. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|(?<!:):([a-z_]\w*)/gi

/** What stands in a statement for one value. */
type Place = (value: SqlScalar) => string

/**
 * Writes values in place of `:name`. Sequelize's own replacements leave a name alone whose neighbours they do not expect (`a<:now`), which SQLite then takes for NULL without a word:
 * here every name is replaced, and one without a value is an error.
 */
export const writeValues = (sql: string, values: SqlValues, escapeText: (value: string) => string): string =>
  placeValues(sql, values, (value) => {
    if (typeof value === 'string') return escapeText(value)
    if (typeof value === 'boolean') return value ? '1' : '0'
    if (value === null) return 'NULL'
    return Buffer.isBuffer(value) ? `X'${value.toString('hex')}'` : String(value)
  })

/** SQLite looks for each name among all, so that many cost more than they save. */
const BOUND_MAX = 32

/**
 * Numbers the values of a statement, for SQLite to bind: with others of the same shape it is the same text then, and is prepared once. Null where they are too many: such a statement is
 * written.
 */
export function bindValues(sql: string, values: SqlValues): { text: string; bind: Record<string, SqlScalar> } | null {
  for (const value of Object.values(values)) if (isList(value) && value.length > BOUND_MAX) return null
  const bind: Record<string, SqlScalar> = {}
  let count = 0
  const text = placeValues(sql, values, (value) => {
    const name = `v${(count += 1)}`
    bind[name] = value
    return `:${name}`
  })
  return count > BOUND_MAX ? null : { text, bind }
}

function placeValues(sql: string, values: SqlValues, place: Place): string {
  return sql.replace(TOKEN, (token: string, name: string | undefined) => {
    if (name === undefined) return token
    const value = valueOf(name, values)
    return isList(value) ? list(name, value, place) : place(checked(name, value))
  })
}

function list(name: string, values: readonly (SqlScalar | readonly SqlScalar[])[], place: Place): string {
  // `IN ()` is an error on the servers and nothing on SQLite: the caller knows what an empty list means.
  if (values.length === 0) throw new TypeError(`:${name} is an empty list, which SQL cannot spell.`)
  return values.map((value) => (isList(value) ? `(${list(name, value, place)})` : place(checked(name, value)))).join(', ')
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
