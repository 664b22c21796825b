import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'
import { ID, TABLE, primaryKey, required } from './attributes.ts'

export interface CarrierModel extends Model<InferAttributes<CarrierModel>, InferCreationAttributes<CarrierModel>> {
  code: string
  operatorId: string
  name: string
  country: string
  currency: string
}

export const defineCarrier = (sequelize: Sequelize): ModelStatic<CarrierModel> =>
  sequelize.define<CarrierModel>(
    'Carrier',
    {
      code: primaryKey(DataTypes.STRING(2)),
      operatorId: required(ID),
      name: required(DataTypes.STRING(80)),
      country: required(DataTypes.STRING(2)),
      currency: required(DataTypes.STRING(3)),
    },
    { ...TABLE, tableName: 'carriers' },
  )
