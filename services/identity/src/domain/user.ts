import type { Role } from '@skyhold/contracts'

export interface UserAccount {
  id: string
  operatorId: string
  email: string
  givenNames: string
  familyName: string
  roles: Role[]
  /** When its owner has proved that he reads the address. */
  emailVerifiedAtMs: number | null
  /** Raised by every change, under the row's lock. */
  version: number
  /** Raised by every new password, not by a hash that is only made anew. */
  passwordVersion: number
  createdAtMs: number
}

/** Only sign-in sees the hash. */
export interface UserCredentials extends UserAccount {
  passwordHash: string
}
