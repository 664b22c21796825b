import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface RefreshTokenRow extends Model<InferAttributes<RefreshTokenRow>, InferCreationAttributes<RefreshTokenRow>> {
  hash: string
  sessionId: string
  status: 'live' | 'spent'
  createdAt: number
  spentAt: number | null
  successorHash: string | null
  successorSealed: string | null
}

export const defineRefreshToken = (sequelize: Sequelize): ModelStatic<RefreshTokenRow> =>
  sequelize.define<RefreshTokenRow>(
    'refresh_tokens',
    {
      hash: { type: DataTypes.STRING, primaryKey: true },
      sessionId: DataTypes.STRING,
      status: DataTypes.STRING,
      createdAt: DataTypes.BIGINT,
      spentAt: DataTypes.BIGINT,
      successorHash: DataTypes.STRING,
      successorSealed: DataTypes.STRING,
    },
    { tableName: 'refresh_tokens', timestamps: false, underscored: true },
  )
