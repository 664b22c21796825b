import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'
import { TABLE, primaryKey, required } from './attributes.ts'

export interface AircraftModel extends Model<InferAttributes<AircraftModel>, InferCreationAttributes<AircraftModel>> {
  code: string
  name: string
  /** JSON of the contract's Layout. */
  layout: string
}

export const defineAircraft = (sequelize: Sequelize): ModelStatic<AircraftModel> =>
  sequelize.define<AircraftModel>(
    'Aircraft',
    { code: primaryKey(DataTypes.STRING(4)), name: required(DataTypes.STRING(80)), layout: required(DataTypes.TEXT) },
    { ...TABLE, tableName: 'aircraft' },
  )
