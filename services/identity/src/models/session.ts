import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface SessionRow extends Model<InferAttributes<SessionRow>, InferCreationAttributes<SessionRow>> {
  id: string
  userId: string
  createdAt: number
  lastUsedAt: number
  expiresAt: number
  revokedAt: number | null
  revokedReason: string | null
  userAgent: string
  address: string
  place: string
  amr: string
  version: number
}

export const defineSession = (sequelize: Sequelize): ModelStatic<SessionRow> =>
  sequelize.define<SessionRow>(
    'sessions',
    {
      id: { type: DataTypes.STRING, primaryKey: true },
      userId: DataTypes.STRING,
      createdAt: DataTypes.BIGINT,
      lastUsedAt: DataTypes.BIGINT,
      expiresAt: DataTypes.BIGINT,
      revokedAt: DataTypes.BIGINT,
      revokedReason: DataTypes.STRING,
      userAgent: DataTypes.STRING,
      address: DataTypes.STRING,
      place: DataTypes.STRING,
      amr: DataTypes.STRING,
      version: DataTypes.INTEGER,
    },
    { tableName: 'sessions', timestamps: false, underscored: true },
  )
