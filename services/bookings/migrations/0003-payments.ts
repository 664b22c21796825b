import { columnsFor, createIndex, type Migration, TABLE_OPTIONS } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface }) => {
  const column = columnsFor(queryInterface)
  await queryInterface.createTable(
    'payments',
    {
      id: column.primaryId(),
      operator_id: column.ascii(16),
      booking_id: column.id(),
      // The booking's id while this payment is live or captured, NULL once it failed: one of them a booking, by the database.
      charge_slot: column.id({ allowNull: true }),
      status: column.ascii(24),
      amount_minor: column.amountMinor(),
      currency: column.ascii(3),
      payment_method: column.ascii(80, { allowNull: true }),
      provider_id: column.ascii(80, { allowNull: true }),
      client_secret: column.ascii(255, { allowNull: true }),
      decline_code: column.ascii(64, { allowNull: true }),
      key_scope: column.ascii(48),
      idem_key: column.ascii(255),
      created_at: column.millis(),
      updated_at: column.millis(),
      // Recovery: when it may be looked at next, how often it was, and who has it.
      next_check_at: column.millis(),
      checks: column.integer(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'payments', ['charge_slot'], { name: 'payments_charge_slot', unique: true })
  await createIndex(queryInterface, 'payments', ['provider_id'], { name: 'payments_provider', unique: true })
  await createIndex(queryInterface, 'payments', ['booking_id', 'created_at'], { name: 'payments_booking' })
  await createIndex(queryInterface, 'payments', ['status', 'next_check_at'], { name: 'payments_due' })

  await queryInterface.createTable(
    'refunds',
    {
      id: column.primaryId(),
      operator_id: column.ascii(16),
      payment_id: column.id(),
      booking_id: column.id(),
      // Why there is a refund, such as `late:pay_…`: one refund a cause, by the database.
      cause: column.ascii(80),
      status: column.ascii(24),
      amount_minor: column.amountMinor(),
      currency: column.ascii(3),
      reason: column.text(200),
      provider_id: column.ascii(80, { allowNull: true }),
      created_at: column.millis(),
      updated_at: column.millis(),
      next_check_at: column.millis(),
      checks: column.integer(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'refunds', ['cause'], { name: 'refunds_cause', unique: true })
  await createIndex(queryInterface, 'refunds', ['payment_id'], { name: 'refunds_payment' })
  await createIndex(queryInterface, 'refunds', ['status', 'next_check_at'], { name: 'refunds_due' })

  await queryInterface.createTable(
    'idempotency_keys',
    {
      scope: column.ascii(48, { primaryKey: true }),
      idem_key: column.ascii(255, { primaryKey: true }),
      fingerprint: column.ascii(64),
      // The try that has the key: what is read back tells a request whether it is the first.
      owner: column.ascii(48),
      // Zero for routes of one transaction; else how long the owner is believed to be alive.
      locked_until: column.millis(),
      resource_id: column.id({ allowNull: true }),
      response_status: column.integer({ allowNull: true }),
      response_body: column.jsonText({ allowNull: true }),
      created_at: column.millis(),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'idempotency_keys', ['created_at'], { name: 'idempotency_keys_age' })

  await queryInterface.createTable(
    'provider_events',
    {
      id: column.ascii(80, { primaryKey: true }),
      type: column.ascii(64),
      state: column.ascii(16),
      note: column.text(250),
      payload: column.jsonText(),
      received_at: column.millis(),
    },
    TABLE_OPTIONS,
  )

  // Append-only: every change of state, in the transaction that made it.
  await queryInterface.createTable(
    'audit',
    {
      id: column.serial(),
      aggregate_type: column.ascii(16),
      aggregate_id: column.id(),
      from_status: column.ascii(24, { allowNull: true }),
      to_status: column.ascii(24),
      at: column.millis(),
      actor: column.ascii(64),
      request_id: column.ascii(64),
      note: column.text(250),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'audit', ['aggregate_id', 'id'], { name: 'audit_aggregate' })
}
