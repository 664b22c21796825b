import {
  BOOKING_TRANSITIONS,
  HOLD_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  REFUND_TRANSITIONS,
  TICKET_TRANSITIONS,
} from '../../src/domain/transitions.ts'
import { expect } from 'vitest'
import type { Order } from './paying.ts'
import { letHoldsLapse } from './lapse.ts'
import type { RunningBookings } from './running-bookings.ts'

const GRAPHS: Record<string, Readonly<Record<string, readonly string[]>>> = {
  hold: HOLD_TRANSITIONS,
  booking: BOOKING_TRANSITIONS,
  payment: PAYMENT_TRANSITIONS,
  refund: REFUND_TRANSITIONS,
  ticket: TICKET_TRANSITIONS,
}

/** The states of each claim of a booking. */
export async function claimStates({ parts }: RunningBookings, { booking }: Order): Promise<string[]> {
  const rows = await parts.db.rows<{ state: string }>(
    'SELECT state FROM claims WHERE hold_id = (SELECT hold_id FROM bookings WHERE id = :id) ORDER BY seat',
    { id: booking.id },
  )
  return rows.map(({ state }) => state)
}

/** The types of the events about these aggregates, as they were written. */
export async function eventsAbout({ parts }: RunningBookings, ids: readonly string[]): Promise<string[]> {
  const rows = await parts.db.rows<{ type: string }>('SELECT type FROM outbox WHERE aggregate_id IN (:ids) ORDER BY id', { ids })
  return rows.map(({ type }) => type)
}

/** What is written in the audit of an aggregate beside its steps, in order. */
export async function notesAbout({ parts }: RunningBookings, id: string): Promise<string[]> {
  const rows = await parts.db.rows<{ note: string }>("SELECT note FROM audit WHERE aggregate_id = :id AND note <> '' ORDER BY audit.id", {
    id,
  })
  return rows.map(({ note }) => note)
}

/** Every step in the audit of these aggregates is a declared one, and starts where the step before it ended. */
export async function expectDeclaredPaths({ parts }: RunningBookings, ids: readonly string[]): Promise<void> {
  const steps = await parts.db.rows<{ type: string; id: string; was: string | null; became: string }>(
    "SELECT aggregate_type AS type, aggregate_id AS id, from_status AS was, to_status AS became FROM audit WHERE aggregate_id IN (:ids) AND aggregate_type <> 'note' ORDER BY audit.id",
    { ids },
  )
  expect(new Set(steps.map(({ id }) => id))).toEqual(new Set(ids))
  const at = new Map<string, string>()
  for (const { type, id, was, became } of steps) {
    expect(was, `${type} ${id}`).toBe(at.get(id) ?? null)
    if (was !== null) expect(GRAPHS[type]?.[was], `${type} ${was} → ${became}`).toContain(became)
    at.set(id, became)
  }
}

/** Lets the hold of a booking run out now, or so much later. */
export async function letLapse(running: RunningBookings, { booking }: Order, inMs?: number): Promise<void> {
  const [row] = await running.parts.db.rows<{ holdId: string }>('SELECT hold_id AS holdId FROM bookings WHERE id = :id', { id: booking.id })
  await letHoldsLapse(running, [row?.holdId ?? ''], inMs)
}

/** Makes a payment due for recovery now, and as old as told. */
export async function makeDue({ parts }: RunningBookings, { booking }: Order, ageSeconds = 0): Promise<void> {
  await parts.db.run('UPDATE payments SET next_check_at = 0, created_at = created_at - :ageMs WHERE booking_id = :id', {
    id: booking.id,
    ageMs: ageSeconds * 1000,
  })
}
