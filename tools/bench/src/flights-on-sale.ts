export interface FlightOnSale {
  id: string
  fares: { code: string; cabin: string }[]
}

/** Routes of the demonstration timetable, both ways. */
const PAIRS = [
  ['DEL', 'BOM'],
  ['DEL', 'BLR'],
  ['BOM', 'BLR'],
] as const
/** The timetable reaches sixty days; tomorrow is where sales are open at every hour. */
const DAYS = 55
const DAY_MS = 86_400_000

/** Every search that finds flights, as paths. */
export const searchPaths = (): string[] =>
  Array.from({ length: DAYS }, (_, day) => new Date(Date.now() + (day + 2) * DAY_MS).toISOString().slice(0, 10)).flatMap((date) =>
    PAIRS.flatMap(([a, b]) => [
      [a, b],
      [b, a],
    ]).map(([from, to]) => `/api/v1/flights?from=${from}&to=${to}&date=${date}&passengers=1`),
  )

export async function* listFlights(url: string): AsyncGenerator<FlightOnSale> {
  for (const path of searchPaths()) {
    const response = await fetch(url + path)
    if (!response.ok) throw new Error(`${path} was answered ${response.status}.`)
    yield* ((await response.json()) as { data: FlightOnSale[] }).data
  }
}
