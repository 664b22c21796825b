import { BOOKING_STATUSES, HOLD_STATUSES, PAYMENT_STATUSES, REFUND_STATUSES, TICKET_STATUSES } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import {
  assertTransition,
  BOOKING_TRANSITIONS,
  HOLD_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  REFUND_TRANSITIONS,
  sourcesOf,
  TICKET_TRANSITIONS,
} from '../../src/domain/transitions.ts'

type Graph = Readonly<Record<string, readonly string[]>>
const GRAPHS: [name: string, graph: Graph, statuses: readonly string[], first: string, terminal: string[]][] = [
  ['hold', HOLD_TRANSITIONS, HOLD_STATUSES, 'active', ['consumed', 'expired', 'released']],
  ['booking', BOOKING_TRANSITIONS, BOOKING_STATUSES, 'awaiting_payment', []],
  ['payment', PAYMENT_TRANSITIONS, PAYMENT_STATUSES, 'processing', []],
  ['refund', REFUND_TRANSITIONS, REFUND_STATUSES, 'pending', []],
  ['ticket', TICKET_TRANSITIONS, TICKET_STATUSES, 'issued', ['flown', 'voided']],
]

function reached(graph: Graph, first: string): Set<string> {
  const seen = new Set([first])
  for (const status of seen) for (const next of graph[status] ?? []) seen.add(next)
  return seen
}

describe.each(GRAPHS)('the states of a %s', (_name, graph, statuses, first, terminal) => {
  test('every status — of the contract — has an entry and is reached from the first', () => {
    expect(Object.keys(graph).sort()).toEqual([...statuses].sort())
    expect([...reached(graph, first)].sort()).toEqual([...statuses].sort())
  })
  test('the terminal ones — are exactly those of the design', () => {
    expect(Object.keys(graph).filter((status) => graph[status]?.length === 0)).toEqual(terminal)
  })
})

describe('changes', () => {
  test('the sources of a status — are those that lead there', () => {
    expect(sourcesOf(HOLD_TRANSITIONS, 'released')).toEqual(['active', 'pinned'])
    expect(sourcesOf(BOOKING_TRANSITIONS, 'expired')).toEqual(['awaiting_payment', 'payment_processing', 'attention'])
  })
  test('late money — alone — leads out of an expired or cancelled booking', () => {
    expect([BOOKING_TRANSITIONS.expired, BOOKING_TRANSITIONS.cancelled]).toEqual([['confirmed'], ['confirmed']])
  })
  test('money that a card’s bank has sent back — alone — leads out of a refund that had succeeded, and its payment with it', () => {
    expect(REFUND_TRANSITIONS.succeeded).toEqual(['needs_attention'])
    expect(PAYMENT_TRANSITIONS.refunded).toEqual(['partially_refunded', 'captured'])
  })
  test('a step — that is not declared — is a bug', () => {
    expect(() => assertTransition(HOLD_TRANSITIONS, 'expired', 'active')).toThrow('expired → active is not a declared transition')
    expect(() => assertTransition(HOLD_TRANSITIONS, 'active', 'pinned')).not.toThrow()
  })
})
