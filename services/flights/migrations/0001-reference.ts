import { type Migration, TABLE_OPTIONS } from '@skyhold/platform'
import { DataTypes } from 'sequelize'

export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'airports',
    {
      iata: columns.ascii(3, { primaryKey: true }),
      name: columns.text(120),
      city: columns.text(80),
      country: columns.ascii(2),
      time_zone: columns.ascii(64),
      latitude: { type: DataTypes.DOUBLE, allowNull: false },
      longitude: { type: DataTypes.DOUBLE, allowNull: false },
      also_known_as: columns.jsonText(),
    },
    TABLE_OPTIONS,
  )
  await queryInterface.createTable(
    'aircraft',
    { code: columns.ascii(4, { primaryKey: true }), name: columns.text(80), layout: columns.jsonText() },
    TABLE_OPTIONS,
  )
  await queryInterface.createTable(
    'carriers',
    {
      code: columns.ascii(2, { primaryKey: true }),
      operator_id: columns.id(),
      name: columns.text(80),
      country: columns.ascii(2),
      currency: columns.ascii(3),
    },
    TABLE_OPTIONS,
  )
}
