import { createIndex, type Migration } from '@skyhold/platform'

/** What one person has done is asked for as often as what was done to one. */
export const up: Migration['up'] = ({ queryInterface }) =>
  createIndex(queryInterface, 'audit', ['actor_id', 'id'], { name: 'audit_by_actor' })
