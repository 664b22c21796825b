import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface MailCountRow extends Model<InferAttributes<MailCountRow>, InferCreationAttributes<MailCountRow>> {
  id: string
  lastAt: number
  hourStart: number
  hourCount: number
  dayStart: number
  dayCount: number
}

export const defineMailCount = (sequelize: Sequelize): ModelStatic<MailCountRow> =>
  sequelize.define<MailCountRow>(
    'mail_counts',
    {
      id: { type: DataTypes.STRING, primaryKey: true },
      lastAt: DataTypes.BIGINT,
      hourStart: DataTypes.BIGINT,
      hourCount: DataTypes.INTEGER,
      dayStart: DataTypes.BIGINT,
      dayCount: DataTypes.INTEGER,
    },
    { tableName: 'mail_counts', timestamps: false, underscored: true },
  )
