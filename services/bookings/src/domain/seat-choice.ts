import type { LayoutSeat } from '@skyhold/contracts'

/**
 * Chooses `count` free seats that lie together if there is room: side by side in one row first, then in neighbouring rows, else the first free ones.
 * Null when there are not so many. `seats` is front to back, left to right.
 */
export function chooseSeats(seats: readonly LayoutSeat[], count: number, isFree: (designator: string) => boolean): string[] | null {
  const free = seats.filter((seat) => isFree(seat.designator))
  if (free.length < count) return null
  const inOneRow = firstRun(free, count, (a, b) => a.row === b.row && isNextColumn(seats, a, b))
  const together = inOneRow ?? firstRun(free, count, (a, b) => b.row - a.row <= 1)
  return (together ?? free.slice(0, count)).map((seat) => seat.designator)
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

const isNextColumn = (seats: readonly LayoutSeat[], a: LayoutSeat, b: LayoutSeat) => seats.indexOf(b) === seats.indexOf(a) + 1
