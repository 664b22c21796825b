import type { QueryInterface } from 'sequelize'
import { columnsFor, createIndex, TABLE_OPTIONS } from '../database/index.ts'

/**
 * The table of events that are committed and not yet with the broker. For a migration of each service that announces events.
 * The index serves the relay: it walks `pending` rows in the order of their ids and stops at its limit, however many wait behind.
 */
export async function outboxTable(queryInterface: QueryInterface): Promise<void> {
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'outbox',
    {
      id: column.serial(),
      event_id: column.id(),
      type: column.ascii(64),
      aggregate_type: column.ascii(32),
      aggregate_id: column.ascii(64),
      /** The whole envelope. */
      payload: column.jsonText(),
      traceparent: column.ascii(64, { allowNull: true }),
      /** pending → published; unsubscribed when no queue listens to the type. */
      state: column.ascii(16),
      locked_by: column.ascii(64, { allowNull: true }),
      /** Zero is free. */
      locked_until: column.millis({ defaultValue: 0 }),
      occurred_at: column.millis(),
      published_at: column.millis({ allowNull: true }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'outbox', ['state', 'id'], { name: 'outbox_by_state' })
}

/** The table of what each consumer has applied. For a migration of each service that consumes events. */
export async function inboxTable(queryInterface: QueryInterface): Promise<void> {
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'inbox',
    { consumer: column.ascii(64, { primaryKey: true }), event_id: column.id({ primaryKey: true }), applied_at: column.millis() },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'inbox', ['applied_at'], { name: 'inbox_by_age' })
}
