import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface UserRow extends Model<InferAttributes<UserRow>, InferCreationAttributes<UserRow>> {
  id: string
  operatorId: string
  email: string
  emailNormalized: string
  givenNames: string
  familyName: string
  passwordHash: string
  passwordVersion: number
  roles: string
  emailVerifiedAt: number | null
  version: number
  createdAt: number
  updatedAt: number
}

export const defineUser = (sequelize: Sequelize): ModelStatic<UserRow> =>
  sequelize.define<UserRow>(
    'users',
    {
      id: { type: DataTypes.STRING, primaryKey: true },
      operatorId: DataTypes.STRING,
      email: DataTypes.STRING,
      emailNormalized: DataTypes.STRING,
      givenNames: DataTypes.STRING,
      familyName: DataTypes.STRING,
      passwordHash: DataTypes.STRING,
      passwordVersion: DataTypes.INTEGER,
      roles: DataTypes.STRING,
      emailVerifiedAt: DataTypes.BIGINT,
      version: DataTypes.INTEGER,
      createdAt: DataTypes.BIGINT,
      updatedAt: DataTypes.BIGINT,
    },
    { tableName: 'users', timestamps: false, underscored: true },
  )
