import { columnsFor, createIndex, type Migration, type MigrationContext, TABLE_OPTIONS } from '@skyhold/platform'

export const up: Migration['up'] = async (context) => {
  const { queryInterface } = context
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'disputes',
    {
      id: column.primaryId(),
      operator_id: column.ascii(16),
      // The provider's own id: one row a dispute, however many webhooks tell of it.
      provider_id: column.ascii(80),
      payment_id: column.id(),
      booking_id: column.id(),
      status: column.ascii(40),
      reason: column.ascii(64),
      amount_minor: column.amountMinor(),
      currency: column.ascii(3),
      respond_by: column.millis({ allowNull: true }),
      // Where this news stands among those of its dispute: webhooks come in any order, and the latest word wins.
      sequence: column.bigInteger(),
      created_at: column.millis(),
      updated_at: column.millis(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'disputes', ['provider_id'], { name: 'disputes_provider', unique: true })
  await createIndex(queryInterface, 'disputes', ['payment_id'], { name: 'disputes_payment' })
  await createIndex(queryInterface, 'provider_events', ['state', 'received_at'], { name: 'provider_events_state' })

  await addFlightStatus(context)
  await createIndex(queryInterface, 'flights', ['status'], { name: 'flights_status' })
}

/**
 * The status inside the copy as a column, so that cancelled flights are found by an index. The database computes it from the state, so a process of the version before, which knows
 * nothing of it, cannot leave it behind.
 */
async function addFlightStatus({ db }: MigrationContext): Promise<void> {
  if (db.dialect === 'sqlite') {
    // table_info leaves computed columns out.
    const columns = await db.rows<{ name: string }>('SELECT name FROM pragma_table_xinfo(:table)', { table: 'flights' })
    if (columns.some(({ name }) => name === 'status')) return
    await db.run("ALTER TABLE flights ADD COLUMN status TEXT GENERATED ALWAYS AS (json_extract(state, '$.status')) VIRTUAL")
    return
  }
  const columns = await db.rows<{ Field: string }>("SHOW COLUMNS FROM flights LIKE 'status'")
  if (columns.length > 0) return
  await db.run(
    `ALTER TABLE flights ADD COLUMN status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin
       GENERATED ALWAYS AS (JSON_UNQUOTE(JSON_EXTRACT(state, '$.status'))) VIRTUAL`,
  )
}
