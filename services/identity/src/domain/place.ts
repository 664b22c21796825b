import { networkOf } from '@skyhold/platform'

/** Where an account is known to sign in from: an IPv4 address, or the /64 of an IPv6 one, whose last half a machine changes every day (RFC 8981). */
export const placeOf = (address: string): string => networkOf(address)
