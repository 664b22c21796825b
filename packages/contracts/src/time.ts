import { Type } from 'typebox'

/** A moment by ISO 8601, with its offset. */
export const Instant = Type.String({ format: 'date-time' })
