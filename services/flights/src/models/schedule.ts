import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'
import { AIRPORT_CODE, ID, LOCAL_DATE, TABLE, optional, primaryKey, required } from './attributes.ts'

export interface ScheduleModel extends Model<InferAttributes<ScheduleModel>, InferCreationAttributes<ScheduleModel>> {
  id: string
  operatorId: string
  carrierCode: string
  flightNumber: number
  origin: string
  destination: string
  /** ISO days as digits, 1 is Monday. */
  daysOfWeek: string
  /** `HH:MM` at the origin. */
  departsLocal: string
  blockMinutes: number
  aircraftCode: string
  effectiveFrom: string
  effectiveTo: string | null
  /** JSON of fares before day and hour are known. */
  fares: string
  /** JSON of surcharges by seat feature. */
  surcharges: string
}

export const defineSchedule = (sequelize: Sequelize): ModelStatic<ScheduleModel> =>
  sequelize.define<ScheduleModel>(
    'Schedule',
    {
      id: primaryKey(ID),
      operatorId: required(ID),
      carrierCode: required(DataTypes.STRING(2)),
      flightNumber: required(DataTypes.INTEGER),
      origin: required(AIRPORT_CODE),
      destination: required(AIRPORT_CODE),
      daysOfWeek: required(DataTypes.STRING(7)),
      departsLocal: required(DataTypes.STRING(5)),
      blockMinutes: required(DataTypes.INTEGER),
      aircraftCode: required(DataTypes.STRING(4)),
      effectiveFrom: required(LOCAL_DATE),
      effectiveTo: optional(LOCAL_DATE),
      fares: required(DataTypes.TEXT),
      surcharges: required(DataTypes.TEXT),
    },
    { ...TABLE, tableName: 'schedules' },
  )
