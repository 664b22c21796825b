import { type Finding, type IntegrityCheck, outboxCheck, SAMPLE_MAX } from '@skyhold/platform'
import type { StoredAvailability } from '../domain/availability.ts'
import { eventsAndAudit } from './events.ts'
import { auditTrails } from './trails.ts'

const PAGE = 1_000

/** I6: the copy of what bookings says of the seats. A seat that two services count differently is sold by neither; numbers that cannot be are a bug. */
const availabilityCheck: IntegrityCheck = {
  name: 'I6.availability',
  means:
    'What bookings last said of the free seats of a flight are numbers that can be: no more free than there are, and no fare with more than its flight.',
  runbook: 'i6-events',
  async find({ rows }) {
    const found: string[] = []
    for (let after = ''; ; ) {
      const page = await rows<{ flightId: string; sequence: number; cabins: string; fares: string }>(
        `SELECT flight_id AS flightId, sequence, cabins, fares FROM availability WHERE flight_id > :after ORDER BY flight_id LIMIT ${PAGE}`,
        { after },
      )
      for (const row of page) {
        const fault = faultOf(row)
        if (fault) found.push(`${row.flightId}: ${fault}`)
      }
      if (page.length < PAGE) break
      after = page.at(-1)?.flightId ?? ''
    }
    return { violations: found.length, sample: found.slice(0, SAMPLE_MAX) } satisfies Finding
  },
}

function faultOf(row: { sequence: number; cabins: string; fares: string }): string | null {
  const cabins = JSON.parse(row.cabins) as StoredAvailability['cabins'] // Written by the repository alone.
  const fares = JSON.parse(row.fares) as StoredAvailability['fares']
  if (row.sequence < 0) return 'a row without its numbers'
  const cabin = cabins.find(({ seats, available }) => available < 0 || available > seats)
  if (cabin) return `${cabin.available} of ${cabin.seats} seats free in ${cabin.cabin}`
  const free = Math.max(0, ...cabins.map(({ available }) => available))
  const fare = fares.find(({ seatsLeft }) => seatsLeft < 0 || seatsLeft > free)
  return fare ? `${fare.seatsLeft} seats left at ${fare.code}, and ${free} free at most` : null
}

export const flightsChecks: readonly IntegrityCheck[] = [outboxCheck, eventsAndAudit, availabilityCheck, auditTrails]
