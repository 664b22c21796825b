import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface SigningKeyRow extends Model<InferAttributes<SigningKeyRow>, InferCreationAttributes<SigningKeyRow>> {
  kid: string
  algorithm: string
  publicJwk: string
  privateSealed: string
  createdAt: number
  activatedAt: number | null
  retiredAt: number | null
  activeSlot: 1 | 2 | null
}

export const defineSigningKey = (sequelize: Sequelize): ModelStatic<SigningKeyRow> =>
  sequelize.define<SigningKeyRow>(
    'signing_keys',
    {
      kid: { type: DataTypes.STRING, primaryKey: true },
      algorithm: DataTypes.STRING,
      publicJwk: DataTypes.TEXT,
      privateSealed: DataTypes.TEXT,
      createdAt: DataTypes.BIGINT,
      activatedAt: DataTypes.BIGINT,
      retiredAt: DataTypes.BIGINT,
      activeSlot: DataTypes.INTEGER,
    },
    { tableName: 'signing_keys', timestamps: false, underscored: true },
  )
