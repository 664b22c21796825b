import { createHash } from 'node:crypto'
import type { SeatMap, SeatStatus } from '@skyhold/contracts'
import { Refusal } from '@skyhold/platform'
import { type SellableFlight, surchargeOf } from '../domain/flight.ts'
import type { ClaimRow } from '../repositories/claims.ts'
import type { Parts } from './parts.ts'

/** The statuses of a flight's seats that are not `available`, as of one instant of the database's clock. */
export type TakenSeats = ReadonlyMap<string, SeatStatus>

/** Refusals: `flight_not_found`. A hold past its time is `available` at that instant, job or no job. Never says who has a seat. */
export async function showSeatMap(flightId: string, parts: Parts): Promise<{ map: SeatMap; etag: string }> {
  const flight = (await parts.catalog.load([flightId])).get(flightId)
  if (!flight) throw new Refusal('flight_not_found', { detail: `There is no flight ${flightId}.` })
  const taken = await takenSeats(flightId, parts)
  const map = seatMapOf(flight, taken)
  // The flight's own version too: its layout and surcharges are on the map.
  return { map, etag: `"${flight.sequence}-${map.version}"` }
}

export async function takenSeats(flightId: string, parts: Pick<Parts, 'claims' | 'db'>): Promise<TakenSeats> {
  const claims = await parts.claims.listOfFlights([flightId])
  return effectiveStatuses(claims, await parts.db.now())
}

export function effectiveStatuses(claims: readonly ClaimRow[], nowMs: number): TakenSeats {
  const standing = claims.filter(({ state, expiresAtMs }) => state !== 'held' || expiresAtMs === null || expiresAtMs > nowMs)
  return new Map(standing.map(({ seat, state }) => [seat, state]))
}

/** Changes when a seat does, and only then. */
export const seatMapVersion = (taken: TakenSeats): string =>
  createHash('sha256')
    .update(JSON.stringify([...taken].sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('base64url')
    .slice(0, 16)

function seatMapOf(flight: SellableFlight, taken: TakenSeats): SeatMap {
  const cabins = flight.state.layout.cabins.map(({ cabin, columns }) => {
    const seats = [...flight.seats.values()].filter((seat) => seat.cabin === cabin)
    const rows = [...new Set(seats.map(({ row }) => row))].map((row) => ({
      row,
      seats: seats
        .filter((seat) => seat.row === row)
        .map((seat) => ({
          designator: seat.designator,
          status: taken.get(seat.designator) ?? ('available' as const),
          features: seat.features,
          surcharge: surchargeOf(flight, seat),
        })),
    }))
    return { cabin, layout: columns, rows }
  })
  return { flightId: flight.id, version: seatMapVersion(taken), cabins }
}
