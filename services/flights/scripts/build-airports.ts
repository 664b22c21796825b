/**
 * Writes data/airports.json from the development dependency airport-data-js (CC BY 4.0, see NOTICE): `node scripts/build-airports.ts`.
 * Run it after a change of airport-cities.ts or an update of the package; the result is checked in, so nothing is fetched at run time.
 */
import { writeFileSync } from 'node:fs'
import airportData from 'airport-data-js'
import { ALSO_KNOWN_AS, CITIES_BY_COUNTRY } from './airport-cities.ts'

interface Entry {
  iata: string
  city: string
  country: string
}

const entries: Entry[] = Object.entries(CITIES_BY_COUNTRY)
  .flatMap(([country, list]) => list.split(', ').map((entry) => ({ iata: entry.slice(0, 3), city: entry.slice(4), country })))
  .toSorted((a, b) => a.iata.localeCompare(b.iata))
const knownZones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])

const airports = await Promise.all(entries.map(airportOf))
const lines = airports.map((airport) => `  ${JSON.stringify(airport)}`)
writeFileSync(new URL('../data/airports.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`)
process.stdout.write(`${airports.length} airports in ${new Set(airports.map((a) => a.country)).size} countries\n`)

async function airportOf({ iata, city, country }: Entry) {
  const [found] = await airportData.getAirportByIata(iata)
  if (!found) throw new Error(`${iata}: not in the package`)
  if (found.country_code !== country) throw new Error(`${iata}: the package says ${found.country_code}, the city list ${country}`)
  assertZone(iata, found.time)
  const alsoKnownAs = ALSO_KNOWN_AS[city]
  return {
    iata,
    name: found.airport,
    city,
    country,
    timeZone: found.time,
    latitude: Number(found.latitude),
    longitude: Number(found.longitude),
    ...(alsoKnownAs && { alsoKnownAs }),
  }
}

/** A zone that the runtime does not know would fail at the first departure, not here: so it is refused here. */
function assertZone(iata: string, timeZone: string): void {
  const resolved = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone
  if (!knownZones.has(resolved)) throw new Error(`${iata}: unknown zone ${timeZone}`)
}
