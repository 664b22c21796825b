import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic, type Sequelize } from 'sequelize'

export interface DeliveryRow extends Model<InferAttributes<DeliveryRow>, InferCreationAttributes<DeliveryRow>> {
  id: string
  operatorId: string
  eventId: string
  template: string
  toAddress: string
  copy: number
  ownerId: string
  bookingId: string | null
  reference: string | null
  sequence: number
  status: string
  attempts: number
  messageId: string
  subject: string
  payload: string
  queuedAt: number
  dueAt: number
  lockedBy: string | null
  sentAt: number | null
  lastError: string | null
  requestedBy: string | null
}

export const defineDelivery = (sequelize: Sequelize): ModelStatic<DeliveryRow> =>
  sequelize.define<DeliveryRow>(
    'deliveries',
    {
      id: { type: DataTypes.STRING, primaryKey: true },
      operatorId: DataTypes.STRING,
      eventId: DataTypes.STRING,
      template: DataTypes.STRING,
      toAddress: DataTypes.STRING,
      copy: DataTypes.INTEGER,
      ownerId: DataTypes.STRING,
      bookingId: DataTypes.STRING,
      reference: DataTypes.STRING,
      sequence: DataTypes.BIGINT,
      status: DataTypes.STRING,
      attempts: DataTypes.INTEGER,
      messageId: DataTypes.STRING,
      subject: DataTypes.STRING,
      payload: DataTypes.TEXT('medium'),
      queuedAt: DataTypes.BIGINT,
      dueAt: DataTypes.BIGINT,
      lockedBy: DataTypes.STRING,
      sentAt: DataTypes.BIGINT,
      lastError: DataTypes.STRING,
      requestedBy: DataTypes.STRING,
    },
    { tableName: 'deliveries', timestamps: false, underscored: true },
  )
