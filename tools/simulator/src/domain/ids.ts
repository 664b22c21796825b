import { randomBytes } from 'node:crypto'

export type ObjectPrefix = 'pi' | 'ch' | 're' | 'du' | 'evt' | 'req'

/** Stripe's ids are opaque; these are 128 random bits in letters and digits behind the same prefixes. */
export const newObjectId = (prefix: ObjectPrefix): string => `${prefix}_${randomBytes(16).toString('hex')}`

export const newClientSecret = (intentId: string): string => `${intentId}_secret_${randomBytes(16).toString('hex')}`
