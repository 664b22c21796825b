import { createIndex, type Migration } from '@skyhold/platform'

/** The checks ask for the events of an account, and for the accounts of lately; the relay's own index knows only what waits. */
export const up: Migration['up'] = async ({ queryInterface }) => {
  await createIndex(queryInterface, 'outbox', ['aggregate_id', 'type'], { name: 'outbox_by_aggregate' })
  await createIndex(queryInterface, 'users', ['created_at'], { name: 'users_by_age' })
}
