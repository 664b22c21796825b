import { Email } from '@skyhold/contracts'
import { Check } from 'typebox/schema'

/**
 * The one spelling by which an address is looked up and kept unique; what the user typed is stored beside it.
 * Only letter case is folded: dots and plus signs mean different mailboxes at many providers (RFC 5321, section 2.3.11).
 */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase()

/** False for what no account can have, so that it need not be asked of the database. */
export const isEmail = (text: string): boolean => Check(Email, text)
