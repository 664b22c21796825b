import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'
import { AIRPORT_CODE, TABLE, primaryKey, required } from './attributes.ts'

export interface AirportModel extends Model<InferAttributes<AirportModel>, InferCreationAttributes<AirportModel>> {
  iata: string
  name: string
  city: string
  country: string
  timeZone: string
  latitude: number
  longitude: number
  /** JSON list of other names of the city. */
  alsoKnownAs: string
}

export const defineAirport = (sequelize: Sequelize): ModelStatic<AirportModel> =>
  sequelize.define<AirportModel>(
    'Airport',
    {
      iata: primaryKey(AIRPORT_CODE),
      name: required(DataTypes.STRING(120)),
      city: required(DataTypes.STRING(80)),
      country: required(DataTypes.STRING(2)),
      timeZone: required(DataTypes.STRING(64)),
      latitude: required(DataTypes.DOUBLE),
      longitude: required(DataTypes.DOUBLE),
      alsoKnownAs: required(DataTypes.TEXT),
    },
    { ...TABLE, tableName: 'airports' },
  )
