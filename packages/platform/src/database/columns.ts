import { DataTypes, type ModelAttributeColumnOptions, type QueryInterface, type QueryInterfaceCreateTableOptions } from 'sequelize'

export type Column = ModelAttributeColumnOptions
/** Members of a column that a table decides: everything but its type. */
export type ColumnRules = Omit<Partial<Column>, 'type'>

/**
 * Columns that mean the same on SQLite, MariaDB and MySQL. All are NOT NULL unless a rule says `allowNull: true`.
 * Texts compare byte by byte (utf8mb4_bin), as on SQLite: what people type in any case is stored in lower case.
 */
export interface Columns {
  /** An id of ours, such as `bkg_…`. Compared by case. */
  id(rules?: ColumnRules): Column
  /** The primary key `id`. */
  primaryId(): Column
  /** A number that the database counts up, as primary key. Numbers may be missing, and may become visible out of order. */
  serial(): Column
  /** Codes and states: letters, digits and signs of ASCII. */
  ascii(length: number, rules?: ColumnRules): Column
  /** What people write, in any script. */
  text(length: number, rules?: ColumnRules): Column
  /** JSON as text, up to 16 MiB: parsed by the repository, because the servers and SQLite do not agree about JSON columns. */
  jsonText(rules?: ColumnRules): Column
  /** A moment: milliseconds since 1970 by the database's clock. */
  millis(rules?: ColumnRules): Column
  /** Money in the minor unit of its currency. */
  amountMinor(rules?: ColumnRules): Column
  /** A whole number of 32 bits. */
  integer(rules?: ColumnRules): Column
  /** A whole number that JavaScript can hold, up to 2^53. */
  bigInteger(rules?: ColumnRules): Column
  /** 0 or 1. */
  flag(rules?: ColumnRules): Column
}

const ID_LENGTH = 48

export function columnsFor(queryInterface: QueryInterface): Columns {
  const onServer = queryInterface.sequelize.getDialect() === 'mysql'
  const column = (type: Column['type'], rules: ColumnRules = {}): Column => ({ allowNull: false, ...rules, type })
  const ascii = (length: number, rules?: ColumnRules): Column =>
    column(onServer ? `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin` : DataTypes.STRING(length), rules)
  const columns: Columns = {
    id: (rules) => ascii(ID_LENGTH, rules),
    primaryId: () => ascii(ID_LENGTH, { primaryKey: true }),
    // SQLite counts up an INTEGER alone, which has 64 bits there.
    serial: () => column(onServer ? DataTypes.BIGINT : DataTypes.INTEGER, { primaryKey: true, autoIncrement: true }),
    ascii,
    text: (length, rules) => column(DataTypes.STRING(length), rules),
    jsonText: (rules) => column(onServer ? DataTypes.TEXT('medium') : DataTypes.TEXT, rules),
    millis: (rules) => column(DataTypes.BIGINT, rules),
    amountMinor: (rules) => column(DataTypes.BIGINT, rules),
    integer: (rules) => column(DataTypes.INTEGER, rules),
    bigInteger: (rules) => column(DataTypes.BIGINT, rules),
    flag: (rules) => column(DataTypes.TINYINT, rules),
  }
  return columns
}

/** Pass it with every createTable. SQLite ignores it. */
export const TABLE_OPTIONS: QueryInterfaceCreateTableOptions = { engine: 'InnoDB', charset: 'utf8mb4', collate: 'utf8mb4_bin' }

export interface IndexOptions {
  name: string
  unique?: boolean
}

/** Creates an index unless the table has one of that name: the servers commit after each statement, so a migration that died half way runs again. */
export async function createIndex(
  queryInterface: QueryInterface,
  table: string,
  fields: string[],
  { name, unique = false }: IndexOptions,
): Promise<void> {
  const indexes = await queryInterface.showIndex(table)
  if (Array.isArray(indexes) && indexes.some((index: { name: string }) => index.name === name)) return
  await queryInterface.addIndex(table, { fields, name, unique })
}
