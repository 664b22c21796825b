import { ROLES, type Role } from './identity.ts'

const everyone = ROLES
const staff = ['agent', 'admin'] as const
const admin = ['admin'] as const

/**
 * Who may do what: every permission with the roles that have it. Routes, the gateway and the use cases decide by this table, and docs/permissions.md is made
 * from it. What is one's own needs no more than being signed in; that it is one's own is checked where it is read.
 */
export const PERMISSIONS = {
  'account.own': { roles: everyone, allows: 'read and change one’s own account: names, address, password, sessions, second factor' },
  'users.read': { roles: admin, allows: 'list accounts' },
  'users.set-roles': { roles: admin, allows: 'give an account other roles, though nobody takes the role of administrator from himself' },
  'users.end-sessions': { roles: admin, allows: 'sign an account out everywhere' },
  'users.reset-second-factor': { roles: admin, allows: 'take a lost second factor off another’s account' },
  'audit.read': {
    roles: admin,
    allows:
      'read who did what to which account, flight, booking, event of the payment provider, e-mail or dead letter, and what it was before and after',
  },
  'schedules.read': { roles: admin, allows: 'read the timetable that flights are made from' },
  'flights.schedule': { roles: admin, allows: 'put a flight on sale' },
  'flights.change': { roles: admin, allows: 'change the times, gate, aircraft or status of a flight' },
  'flights.cancel': { roles: admin, allows: 'cancel a flight' },
  'bookings.own': { roles: everyone, allows: 'hold seats, book, pay, cancel, and read what of that is one’s own' },
  'bookings.all': { roles: staff, allows: 'the same with every customer’s holds, bookings and payments' },
  'bookings.resolve': { roles: staff, allows: 'decide about a booking that needs attention' },
  'disputes.read': { roles: staff, allows: 'list cardholders’ disputes' },
  'provider-events.manage': {
    roles: admin,
    allows: 'read events of the payment provider that make no sense to us, take them in again, and dismiss them',
  },
  'refunds.make': {
    roles: admin,
    allows: 'give money back by hand, send a failed refund again, and book one that was given back in another way',
  },
  'notifications.own': { roles: everyone, allows: 'read the e-mails sent to oneself' },
  'notifications.all': { roles: staff, allows: 'read every customer’s e-mails' },
  'notifications.resend': { roles: staff, allows: 'send an e-mail again' },
  'dead-letters.manage': {
    roles: admin,
    allows: 'read messages that no consumer could use, send them on their way again, and dismiss them',
  },
  'integrity.check': { roles: admin, allows: 'read what the services find wrong with their data, and have it checked now' },
} as const satisfies Record<string, { roles: readonly Role[]; allows: string }>

export type Permission = keyof typeof PERMISSIONS

/** The roles that have a permission, in the order of the contract. */
export const rolesWith = (permission: Permission): readonly Role[] => PERMISSIONS[permission].roles

/** True when one of the roles has the permission. */
export const may = (roles: readonly Role[], permission: Permission): boolean => rolesWith(permission).some((role) => roles.includes(role))
