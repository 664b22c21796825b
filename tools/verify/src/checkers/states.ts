import { BOOKING_TRANSITIONS, HOLD_TRANSITIONS, PAYMENT_TRANSITIONS } from '../../../../services/bookings/src/domain/transitions.ts'
import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { bookingsSeen, finalBookings, fresh, holdsSeen, paymentsSeen } from './seen.ts'

type Graph = Readonly<Record<string, readonly string[]>>

interface Look {
  id: string
  status: string
  fromMs: number
  toMs: number
}

/** From each status of a refund a way leads to any other, so that looks at it say nothing. */
const GRAPHS: readonly (readonly [prefix: string, Graph])[] = [
  ['hld_', HOLD_TRANSITIONS],
  ['bkg_', BOOKING_TRANSITIONS],
  ['pay_', PAYMENT_TRANSITIONS],
]

/** I7, as seen from outside; the installation's own check of its audit trail is in the integrity row. */
export const statesFollowTheirGraph: Checker = {
  id: 'I7',
  title: 'states change as declared',
  check(history, observations): Finding {
    const looks = looksOf(history, observations)
    const byId = Map.groupBy(looks, ({ id }) => id)
    return {
      violations: [...byId].flatMap(([id, list]) => stepsAstray(id, list)),
      looked: `${counted(byId.size, 'hold, booking or payment', 'holds, bookings and payments')}, ${counted(looks.length, 'look')}`,
    }
  },
}

/** What was seen, and the time in which it was true. */
function looksOf(history: History, { bookings, holds }: Observations): Look[] {
  const endMs = Math.max(0, ...history.calls.map(({ endedAtMs }) => endedAtMs)) + 1
  const atTheEnd = { fromMs: endMs, toMs: endMs }
  const lookAt = ({ id, status }: { id: string; status: string }, times: { fromMs: number; toMs: number }): Look => ({
    id,
    status,
    ...times,
  })
  return [
    ...fresh(bookingsSeen(history)).map(({ call, thing }) => lookAt(thing, timesOf(call))),
    ...fresh(paymentsSeen(history)).map(({ call, thing }) => lookAt(thing, timesOf(call))),
    ...fresh(holdsSeen(history)).map(({ call, thing }) => lookAt(thing, timesOf(call))),
    ...bookings.flatMap(({ booking }) => [booking, ...booking.payments].map((each) => lookAt(each, atTheEnd))),
    ...holds.flatMap(({ hold }) => (hold ? [lookAt(hold, atTheEnd)] : [])),
  ]
}

const timesOf = ({ startedAtMs, endedAtMs }: Call) => ({ fromMs: startedAtMs, toMs: endedAtMs })

function stepsAstray(id: string, looks: readonly Look[]): string[] {
  const graph = GRAPHS.find(([prefix]) => id.startsWith(prefix))?.[1]
  if (!graph) return []
  const sorted = looks.toSorted((a, b) => a.toMs - b.toMs)
  const found = new Set<string>()
  for (const [i, later] of sorted.entries()) {
    // Only a look that had ended before this one began is surely older.
    const earlier = sorted.slice(0, i).findLast(({ toMs }) => toMs < later.fromMs)
    if (earlier && earlier.status !== later.status && !isReachable(graph, earlier.status, later.status))
      found.add(`${id} was ${earlier.status} and later ${later.status}, which is no way in its graph`)
  }
  return [...found]
}

/** By any number of steps: what happened between two looks was not seen. */
function isReachable(graph: Graph, from: string, to: string): boolean {
  const seen = new Set<string>([from])
  const open = [from]
  for (let status = open.pop(); status !== undefined; status = open.pop())
    for (const next of graph[status] ?? []) {
      if (next === to) return true
      if (!seen.has(next)) open.push(next)
      seen.add(next)
    }
  return false
}

/** I6, which only the services themselves can see: their outboxes and inboxes. What their checks find of the other invariants stands in those rows. */
export const eventsAreDelivered: Checker = {
  id: 'I6',
  title: 'each change has its event, once',
  check(_history, { integrity }): Finding {
    const checks = integrity?.filter(({ name }) => name.startsWith('I6.')) ?? []
    return {
      violations: [],
      looked: '',
      ...(checks.length ? {} : { unchecked: 'needs an installation that checks itself (GET /integrity)' }),
    }
  },
}

/** Whoever is asked a little late is asked in time: a read takes a moment, and clocks differ. */
const LONG_PAST_MS = 60_000

/** I9. */
export const comesToRest: Checker = {
  id: 'I9',
  title: 'comes to rest when the faults stop',
  check(_history, observations): Finding {
    const { unsettled, settledAfterMs, outboxes, mails } = observations
    const unread = [...(outboxes ? [] : ['the outboxes']), ...(mails ? [] : ['the e-mails'])]
    return {
      violations: [...unsettled, ...longPast(observations)],
      looked: unsettled.length ? `waited ${seconds(settledAfterMs)}` : `at rest after ${seconds(settledAfterMs)}`,
      ...(unread.length ? { unchecked: `${unread.join(' and ')} cannot be read from here` } : {}),
    }
  },
}

/** A job that has stopped, or a look that forgets the time. */
function longPast(observations: Observations): string[] {
  const isPast = (expiresAt: string | undefined) =>
    expiresAt !== undefined && Date.parse(expiresAt) < observations.observedAtMs - LONG_PAST_MS
  return finalBookings(observations)
    .filter(({ status, expiresAt }) => status === 'awaiting_payment' && isPast(expiresAt))
    .map(({ id, expiresAt }) => `${id} waits for its payment, and its time was over at ${expiresAt}`)
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
