import { jobsTable, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = ({ queryInterface }) => jobsTable(queryInterface)
