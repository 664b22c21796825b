import { createIndex, type Migration } from '@skyhold/platform'

/** Whether an account has signed in from a place before is asked at every sign-in. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  // Empty for sessions that were opened before there was one: those are known by their address.
  if (!('place' in (await queryInterface.describeTable('sessions'))))
    await queryInterface.addColumn('sessions', 'place', columns.ascii(64, { defaultValue: '' }))
  await createIndex(queryInterface, 'sessions', ['user_id', 'place'], { name: 'sessions_by_place' })
}
