import { ROLES, type Role } from '@skyhold/contracts'

/** Everyone who registers; agents and administrators are made by an administrator. */
export const REGISTERED_ROLES: readonly Role[] = ['customer']

/** Roles that open other people's data. */
const STAFF: readonly Role[] = ['agent', 'admin']

/** In the order of the contract and each once, so that equal sets read equal. */
export const sortedRoles = (roles: readonly Role[]): Role[] => ROLES.filter((role) => roles.includes(role))

export const isStaff = (roles: readonly Role[]): boolean => STAFF.some((role) => roles.includes(role))

export const losesStaffRole = ({ before, after }: { before: readonly Role[]; after: readonly Role[] }): boolean =>
  STAFF.some((role) => before.includes(role) && !after.includes(role))
