import { BOOKING_TRANSITIONS, PAYMENT_TRANSITIONS, REFUND_TRANSITIONS } from '../../../../services/bookings/src/domain/transitions.ts'
import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { bookingsSeen, fresh } from './seen.ts'

type Graph = Readonly<Record<string, readonly string[]>>

interface Look {
  id: string
  status: string
  fromMs: number
  toMs: number
}

const GRAPHS: readonly (readonly [prefix: string, Graph])[] = [
  ['bkg_', BOOKING_TRANSITIONS],
  ['pay_', PAYMENT_TRANSITIONS],
  ['rfd_', REFUND_TRANSITIONS],
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
      looked: `${counted(byId.size, 'booking, payment or refund', 'bookings, payments and refunds')}, ${counted(looks.length, 'look')}`,
    }
  },
}

/** What was seen, and the time in which it was true. */
function looksOf(history: History, { bookings }: Observations): Look[] {
  const endMs = Math.max(0, ...history.calls.map(({ endedAtMs }) => endedAtMs)) + 1
  const all = [
    ...fresh(bookingsSeen(history)).map(({ call, thing }) => ({ booking: thing, ...timesOf(call) })),
    ...bookings.map(({ booking }) => ({ booking, fromMs: endMs, toMs: endMs })),
  ]
  return all.flatMap(({ booking, ...times }) =>
    [booking, ...booking.payments, ...booking.refunds].map(({ id, status }) => ({ id, status, ...times })),
  )
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
      ...(checks.length ? {} : { unchecked: 'needs an administrator, and an installation that checks itself (GET /integrity)' }),
    }
  },
}

/** I9. */
export const comesToRest: Checker = {
  id: 'I9',
  title: 'comes to rest when the faults stop',
  check(_history, { unsettled, settledAfterMs }): Finding {
    return {
      violations: unsettled,
      looked: unsettled.length ? `waited ${seconds(settledAfterMs)}` : `at rest after ${seconds(settledAfterMs)}`,
    }
  },
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
