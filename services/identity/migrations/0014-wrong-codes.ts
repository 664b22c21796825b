import type { Migration } from '@skyhold/platform'

/** Wrong codes of a second factor, in a row. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  const present = await queryInterface.describeTable('second_factors')
  if (!('wrong_codes' in present)) await queryInterface.addColumn('second_factors', 'wrong_codes', columns.integer({ defaultValue: 0 }))
  /** Until then no code is looked at. */
  if (!('closed_until' in present)) await queryInterface.addColumn('second_factors', 'closed_until', columns.millis({ defaultValue: 0 }))
}
