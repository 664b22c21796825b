import type { LayoutSeat } from '@skyhold/contracts'

export interface SeatWish {
  count: number
  /** Seats that the party has named; the others are to sit with them. */
  beside: readonly LayoutSeat[]
  isFree: (designator: string) => boolean
}

/** A row away is farther than the far end of one's own row, so that a party stays in its row as long as it can. */
const ROW_DISTANCE = 10
/** Less than a seat: across the aisle is better than two seats away. */
const AISLE_DISTANCE = 0.5

/**
 * Chooses free seats that lie together if there is room: next to the named ones when some are, else side by side in one row, then in neighbouring rows, else the first free
 * ones. Null when there are not so many. `seats` is front to back, left to right.
 */
export function chooseSeats(seats: readonly LayoutSeat[], { count, beside, isFree }: SeatWish): string[] | null {
  if (count === 0) return []
  const named = new Set(beside.map(({ designator }) => designator))
  const free = seats.filter(({ designator }) => !named.has(designator) && isFree(designator))
  if (free.length < count) return null
  const chosen = beside.length ? growParty(free, count, beside) : firstTogether(seats, free, count)
  return chosen.map((seat) => seat.designator)
}

/** One seat after the other, each the nearest to anybody who sits already. */
function growParty(free: readonly LayoutSeat[], count: number, beside: readonly LayoutSeat[]): LayoutSeat[] {
  const party = [...beside]
  while (party.length < beside.length + count) {
    const [nearest] = free
      .filter((seat) => !party.includes(seat))
      .map((seat) => ({ seat, distance: Math.min(...party.map((other) => distanceOf(seat, other))) }))
      .sort((a, b) => a.distance - b.distance)
    if (!nearest) break
    party.push(nearest.seat)
  }
  return party.slice(beside.length)
}

function distanceOf(a: LayoutSeat, b: LayoutSeat): number {
  const columns = Math.abs(columnOf(a).charCodeAt(0) - columnOf(b).charCodeAt(0))
  const isAcrossAisle = a.row === b.row && columns === 1 && a.features.includes('aisle') && b.features.includes('aisle')
  return Math.abs(a.row - b.row) * ROW_DISTANCE + columns + (isAcrossAisle ? AISLE_DISTANCE : 0)
}

const columnOf = ({ designator }: LayoutSeat): string => designator.slice(-1)

function firstTogether(seats: readonly LayoutSeat[], free: readonly LayoutSeat[], count: number): LayoutSeat[] {
  const inOneRow = firstRun(free, count, (a, b) => a.row === b.row && seats.indexOf(b) === seats.indexOf(a) + 1)
  return inOneRow ?? firstRun(free, count, (a, b) => b.row - a.row <= 1) ?? free.slice(0, count)
}

function firstRun(free: readonly LayoutSeat[], count: number, isNeighbour: (a: LayoutSeat, b: LayoutSeat) => boolean): LayoutSeat[] | null {
  let run: LayoutSeat[] = []
  for (const seat of free) {
    const last = run.at(-1)
    run = last && !isNeighbour(last, seat) ? [seat] : [...run, seat]
    if (run.length === count) return run
  }
  return null
}
