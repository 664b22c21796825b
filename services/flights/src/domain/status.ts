import type { FlightStatus } from '@skyhold/contracts'

/** Where a flight may go from each state; docs/state-machines. A state without an exit is the end. */
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

/** Staying is not a transition, so it is always possible. */
export const canBecome = (from: FlightStatus, to: FlightStatus): boolean => from === to || FLIGHT_TRANSITIONS[from].includes(to)

export const hasDeparted = (status: FlightStatus): boolean => status === 'departed' || status === 'arrived'
