import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'
import { ID, TABLE, primaryKey, required } from './attributes.ts'

export interface AvailabilityModel extends Model<InferAttributes<AvailabilityModel>, InferCreationAttributes<AvailabilityModel>> {
  flightId: string
  sequence: number
  /** JSON list of `{ cabin, seats, available }`. */
  cabins: string
  /** JSON list of `{ code, seatsLeft }`. */
  fares: string
}

export const defineAvailability = (sequelize: Sequelize): ModelStatic<AvailabilityModel> =>
  sequelize.define<AvailabilityModel>(
    'Availability',
    {
      flightId: primaryKey(ID),
      sequence: required(DataTypes.BIGINT),
      cabins: required(DataTypes.TEXT),
      fares: required(DataTypes.TEXT),
    },
    { ...TABLE, tableName: 'availability' },
  )
