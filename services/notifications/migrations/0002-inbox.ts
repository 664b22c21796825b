import { inboxTable, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = ({ queryInterface }) => inboxTable(queryInterface)
