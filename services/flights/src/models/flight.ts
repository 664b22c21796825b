import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'
import { AIRPORT_CODE, ID, LOCAL_DATE, TABLE, optional, primaryKey, required } from './attributes.ts'

export interface FlightModel extends Model<InferAttributes<FlightModel>, InferCreationAttributes<FlightModel>> {
  id: string
  operatorId: string
  version: number
  scheduleId: string | null
  operatingDate: string
  carrierCode: string
  flightNumber: number
  origin: string
  destination: string
  localDate: string
  departsAtUtc: number
  arrivesAtUtc: number
  departsAt: string
  arrivesAt: string
  aircraftCode: string
  status: string
  gate: string | null
  cancellationReason: string | null
  currency: string
  /** JSON of the contract's FareState list. */
  fares: string
  /** JSON of surcharges by seat feature. */
  surcharges: string
}

export const defineFlight = (sequelize: Sequelize): ModelStatic<FlightModel> =>
  sequelize.define<FlightModel>(
    'Flight',
    {
      id: primaryKey(ID),
      operatorId: required(ID),
      version: required(DataTypes.INTEGER),
      scheduleId: optional(ID),
      operatingDate: required(LOCAL_DATE),
      carrierCode: required(DataTypes.STRING(2)),
      flightNumber: required(DataTypes.INTEGER),
      origin: required(AIRPORT_CODE),
      destination: required(AIRPORT_CODE),
      localDate: required(LOCAL_DATE),
      departsAtUtc: required(DataTypes.BIGINT),
      arrivesAtUtc: required(DataTypes.BIGINT),
      departsAt: required(DataTypes.STRING(25)),
      arrivesAt: required(DataTypes.STRING(25)),
      aircraftCode: required(DataTypes.STRING(4)),
      status: required(DataTypes.STRING(10)),
      gate: optional(DataTypes.STRING(6)),
      cancellationReason: optional(DataTypes.STRING(200)),
      currency: required(DataTypes.STRING(3)),
      fares: required(DataTypes.TEXT),
      surcharges: required(DataTypes.TEXT),
    },
    { ...TABLE, tableName: 'flights' },
  )
