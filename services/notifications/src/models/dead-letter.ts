import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface DeadLetterRow extends Model<InferAttributes<DeadLetterRow>, InferCreationAttributes<DeadLetterRow>> {
  id: string
  queue: string
  eventId: string | null
  type: string | null
  payload: string
  error: string
  attempts: number
  traceparent: string | null
  replayOf: string | null
  status: string
  deadAt: number
  replayedAt: number | null
  replayedBy: string | null
}

export const defineDeadLetter = (sequelize: Sequelize): ModelStatic<DeadLetterRow> =>
  sequelize.define<DeadLetterRow>(
    'dead_letters',
    {
      id: { type: DataTypes.STRING, primaryKey: true },
      queue: DataTypes.STRING,
      eventId: DataTypes.STRING,
      type: DataTypes.STRING,
      payload: DataTypes.TEXT('medium'),
      error: DataTypes.STRING,
      attempts: DataTypes.INTEGER,
      traceparent: DataTypes.STRING,
      replayOf: DataTypes.STRING,
      status: DataTypes.STRING,
      deadAt: DataTypes.BIGINT,
      replayedAt: DataTypes.BIGINT,
      replayedBy: DataTypes.STRING,
    },
    { tableName: 'dead_letters', timestamps: false, underscored: true },
  )
