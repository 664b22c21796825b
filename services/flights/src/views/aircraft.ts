import type { Aircraft } from '../domain/flight.ts'

export const aircraftView = ({ code, name, layout, seatsByCabin }: Aircraft) => ({
  code,
  name,
  seats: [...seatsByCabin.values()].reduce((sum, seats) => sum + seats, 0),
  cabins: [...seatsByCabin].map(([cabin, seats]) => ({ cabin, seats })),
  layout,
})
