import { createIndex, TABLE_OPTIONS, type Migration } from '@skyhold/platform'

/** What staff did to e-mails and dead letters. Rows are added and never changed. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  await queryInterface.createTable(
    'audit',
    {
      id: columns.serial(),
      at: columns.millis(),
      actor_id: columns.id(),
      action: columns.ascii(64),
      subject_type: columns.ascii(32),
      subject_id: columns.id(),
      before_json: columns.jsonText(),
      after_json: columns.jsonText(),
      request_id: columns.ascii(64),
    },
    TABLE_OPTIONS,
  )
  await createIndex(queryInterface, 'audit', ['subject_id', 'id'], { name: 'audit_by_subject' })
}
