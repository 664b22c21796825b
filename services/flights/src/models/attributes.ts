import { DataTypes, type ModelAttributeColumnOptions } from 'sequelize'

/** Every column says for itself whether it may be empty, so that nothing hangs on a default of the library. */
export const required = (type: ModelAttributeColumnOptions['type']): ModelAttributeColumnOptions => ({ type, allowNull: false })
export const optional = (type: ModelAttributeColumnOptions['type']): ModelAttributeColumnOptions => ({ type, allowNull: true })
export const primaryKey = (type: ModelAttributeColumnOptions['type']): ModelAttributeColumnOptions => ({
  ...required(type),
  primaryKey: true,
})

export const ID = DataTypes.STRING(48)
export const AIRPORT_CODE = DataTypes.STRING(3)
export const LOCAL_DATE = DataTypes.STRING(10)

/** Underscored columns, our own times: a timestamp of the library would be a DATETIME, and times here are milliseconds. */
export const TABLE = { underscored: true, timestamps: false } as const
