import type { Migration } from '@skyhold/platform'

/** What a flight was before and after. Both are null in rows that are older, and in those of jobs, which change a status and nothing else. */
export const up: Migration['up'] = async ({ queryInterface, columns }) => {
  const present = await queryInterface.describeTable('audit')
  for (const name of ['before_json', 'after_json'])
    if (!(name in present)) await queryInterface.addColumn('audit', name, columns.jsonText({ allowNull: true }))
}
