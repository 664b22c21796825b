import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface MailLinkRow extends Model<InferAttributes<MailLinkRow>, InferCreationAttributes<MailLinkRow>> {
  handle: string
  userId: string
  purpose: string
  email: string
  tokenHash: string
  createdAt: number
  expiresAt: number
  usedAt: number | null
}

export const defineMailLink = (sequelize: Sequelize): ModelStatic<MailLinkRow> =>
  sequelize.define<MailLinkRow>(
    'mail_links',
    {
      handle: { type: DataTypes.STRING, primaryKey: true },
      userId: DataTypes.STRING,
      purpose: DataTypes.STRING,
      email: DataTypes.STRING,
      tokenHash: DataTypes.STRING,
      createdAt: DataTypes.BIGINT,
      expiresAt: DataTypes.BIGINT,
      usedAt: DataTypes.BIGINT,
    },
    { tableName: 'mail_links', timestamps: false, underscored: true },
  )
