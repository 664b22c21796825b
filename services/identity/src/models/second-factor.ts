import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface SecondFactorRow extends Model<InferAttributes<SecondFactorRow>, InferCreationAttributes<SecondFactorRow>> {
  userId: string
  secretSealed: string
  createdAt: number
  confirmedAt: number | null
  lastUsedStep: number
  wrongCodes: number
  closedUntil: number
}

export const defineSecondFactor = (sequelize: Sequelize): ModelStatic<SecondFactorRow> =>
  sequelize.define<SecondFactorRow>(
    'second_factors',
    {
      userId: { type: DataTypes.STRING, primaryKey: true },
      secretSealed: DataTypes.STRING,
      createdAt: DataTypes.BIGINT,
      confirmedAt: DataTypes.BIGINT,
      lastUsedStep: DataTypes.INTEGER,
      wrongCodes: DataTypes.INTEGER,
      closedUntil: DataTypes.BIGINT,
    },
    { tableName: 'second_factors', timestamps: false, underscored: true },
  )
