import type { FlightStatus } from '@skyhold/contracts'

/** Where a flight may go from each state; docs/state-machines.md shows it. A state without an exit is the end. */
export const FLIGHT_TRANSITIONS: Readonly<Record<FlightStatus, readonly FlightStatus[]>> = {
  scheduled: ['delayed', 'boarding', 'cancelled'],
  delayed: ['scheduled', 'boarding', 'cancelled'],
  boarding: ['delayed', 'departed', 'cancelled'],
  departed: ['arrived'],
  arrived: [],
  cancelled: [],
}

/** States in which seats can be sold, until sales close. */
export const ON_SALE: readonly FlightStatus[] = ['scheduled', 'delayed']

/** States of a flight that is still to leave. */
export const AHEAD: readonly FlightStatus[] = ['scheduled', 'delayed', 'boarding']

/** Staying is not a transition, so it is always possible. */
export const canBecome = (from: FlightStatus, to: FlightStatus): boolean => from === to || FLIGHT_TRANSITIONS[from].includes(to)

export const hasDeparted = (status: FlightStatus): boolean => status === 'departed' || status === 'arrived'

/** The states on the shortest way from one to the other, the last one included and the first one not; null when none leads there. */
export function stepsBetween(from: FlightStatus, to: FlightStatus): FlightStatus[] | null {
  const seen = new Set<FlightStatus>([from])
  let ways: FlightStatus[][] = [[]]
  while (ways.length > 0) {
    const arrived = ways.find((way) => (way.at(-1) ?? from) === to)
    if (arrived) return arrived
    ways = ways.flatMap((way) => FLIGHT_TRANSITIONS[way.at(-1) ?? from].filter((next) => !seen.has(next)).map((next) => [...way, next]))
    for (const way of ways) seen.add(way.at(-1) ?? from)
  }
  return null
}

interface FlightTimes {
  status: FlightStatus
  departsAtUtcMs: number
  arrivesAtUtcMs: number
}

/** What the clock makes of a flight of which nobody has said anything else: null when it stays what it is. */
export function statusByTime({ status, departsAtUtcMs, arrivesAtUtcMs }: FlightTimes, nowMs: number): 'departed' | 'arrived' | null {
  if (!AHEAD.includes(status) && status !== 'departed') return null
  if (arrivesAtUtcMs <= nowMs) return 'arrived'
  return departsAtUtcMs <= nowMs && status !== 'departed' ? 'departed' : null
}
