import { createIndex, type Migration } from '@skyhold/platform'

/** The checks ask for the events of a flight; the relay's own index knows only what waits. */
export const up: Migration['up'] = ({ queryInterface }) =>
  createIndex(queryInterface, 'outbox', ['aggregate_id', 'type'], { name: 'outbox_by_aggregate' })
