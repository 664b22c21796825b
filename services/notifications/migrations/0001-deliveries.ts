import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'deliveries',
    {
      /** Grows with time, so that lists page by it. */
      id: columns.primaryId(),
      operator_id: columns.id(),
      event_id: columns.id(),
      template: columns.ascii(40),
      to_address: columns.text(254),
      /** 0 is the e-mail of the fact; 1, 2, … were sent again by hand. */
      copy: columns.integer({ defaultValue: 0 }),
      owner_id: columns.id(),
      booking_id: columns.id({ allowNull: true }),
      reference: columns.ascii(16, { allowNull: true }),
      /** Version of the aggregate that the fact is about: a newer one may make the e-mail untrue. */
      sequence: columns.bigInteger(),
      status: columns.ascii(16),
      attempts: columns.integer({ defaultValue: 0 }),
      message_id: columns.ascii(255),
      subject: columns.text(255),
      /** The event as it came. The e-mail is made from it when it is sent. */
      payload: columns.jsonText(),
      /** When it was queued, by the event or by hand: what is refused for a day is given up. */
      queued_at: columns.millis(),
      /** queued: not before the wait after a refusal. sending: when its sender is taken for dead. */
      due_at: columns.millis(),
      /** Which try is at work on it. */
      locked_by: columns.ascii(64, { allowNull: true }),
      sent_at: columns.millis({ allowNull: true }),
      last_error: columns.text(500, { allowNull: true }),
      /** Who of the staff asked for this copy. */
      requested_by: columns.id({ allowNull: true }),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'deliveries', ['event_id', 'template', 'to_address', 'copy'], { name: 'deliveries_fact', unique: true })
  await createIndex(queryInterface, 'deliveries', ['status', 'due_at'], { name: 'deliveries_due' })
  await createIndex(queryInterface, 'deliveries', ['owner_id', 'id'], { name: 'deliveries_owner' })
  await createIndex(queryInterface, 'deliveries', ['booking_id', 'sequence'], { name: 'deliveries_booking' })
}
