import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize'

export interface AuditRow extends Model<InferAttributes<AuditRow>, InferCreationAttributes<AuditRow>> {
  id: CreationOptional<number>
  at: number
  actorId: string
  action: string
  subjectType: string
  subjectId: string
  beforeJson: string | null
  afterJson: string | null
  requestId: string
}

export const defineAudit = (sequelize: Sequelize): ModelStatic<AuditRow> =>
  sequelize.define<AuditRow>(
    'audit',
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      at: DataTypes.BIGINT,
      actorId: DataTypes.STRING,
      action: DataTypes.STRING,
      subjectType: DataTypes.STRING,
      subjectId: DataTypes.STRING,
      beforeJson: DataTypes.TEXT,
      afterJson: DataTypes.TEXT,
      requestId: DataTypes.STRING,
    },
    { tableName: 'audit', timestamps: false, underscored: true },
  )
