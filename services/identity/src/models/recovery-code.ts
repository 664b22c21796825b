import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface RecoveryCodeRow extends Model<InferAttributes<RecoveryCodeRow>, InferCreationAttributes<RecoveryCodeRow>> {
  hash: string
  userId: string
  usedAt: number | null
}

export const defineRecoveryCode = (sequelize: Sequelize): ModelStatic<RecoveryCodeRow> =>
  sequelize.define<RecoveryCodeRow>(
    'recovery_codes',
    {
      hash: { type: DataTypes.STRING, primaryKey: true },
      userId: DataTypes.STRING,
      usedAt: DataTypes.BIGINT,
    },
    { tableName: 'recovery_codes', timestamps: false, underscored: true },
  )
