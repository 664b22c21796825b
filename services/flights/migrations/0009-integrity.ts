import { integrityTable, type Migration } from '@skyhold/platform'

export const up: Migration['up'] = (context) => integrityTable(context)
