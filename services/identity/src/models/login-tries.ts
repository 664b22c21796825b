import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface LoginTriesRow extends Model<InferAttributes<LoginTriesRow>, InferCreationAttributes<LoginTriesRow>> {
  id: string
  failed: number
  windowStart: number
  closedUntil: number
  strikes: number
}

export const defineLoginTries = (sequelize: Sequelize): ModelStatic<LoginTriesRow> =>
  sequelize.define<LoginTriesRow>(
    'login_tries',
    {
      id: { type: DataTypes.STRING, primaryKey: true },
      failed: DataTypes.INTEGER,
      windowStart: DataTypes.BIGINT,
      closedUntil: DataTypes.BIGINT,
      strikes: DataTypes.INTEGER,
    },
    { tableName: 'login_tries', timestamps: false, underscored: true },
  )
