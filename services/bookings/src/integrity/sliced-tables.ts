import type { SlicedTable } from '@skyhold/platform'

/** So many bookings, tickets, claims or payments are looked at again in each run: a million in five runs, 25 minutes, and all of them where there are no more. */
export const SLICE = 200_000

/** Flight by flight, in the order of their primary key. */
export const CLAIMS: SlicedTable = {
  table: 'claims',
  alias: 'c',
  key: 'flight_id',
  changedWith: {
    hold: (isOne) => isOne('c.hold_id'),
    booking: (isOne) => `c.hold_id IN (SELECT x.hold_id FROM bookings x WHERE ${isOne('x.id')})`,
  },
}

/** In the order of their making. A ticket changes with its booking alone. */
export const TICKETS: SlicedTable = {
  table: 'tickets',
  alias: 't',
  key: 'number',
  changedWith: {
    booking: (isOne) => isOne('t.booking_id'),
    hold: (isOne) => `t.booking_id IN (SELECT x.id FROM bookings x WHERE ${isOne('x.hold_id')})`,
  },
}

export const BOOKINGS: SlicedTable = {
  table: 'bookings',
  alias: 'b',
  key: 'id',
  changedWith: {
    booking: (isOne) => isOne('b.id'),
    hold: (isOne) => isOne('b.hold_id'),
    payment: (isOne) => `b.id IN (SELECT x.booking_id FROM payments x WHERE ${isOne('x.id')})`,
  },
}

export const PAYMENTS: SlicedTable = {
  table: 'payments',
  alias: 'p',
  key: 'id',
  changedWith: { payment: (isOne) => isOne('p.id') },
}
