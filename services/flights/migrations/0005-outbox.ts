import { outboxTable, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = ({ queryInterface }) => outboxTable(queryInterface)
