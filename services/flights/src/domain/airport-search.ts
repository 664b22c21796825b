import type { Airport } from '@skyhold/contracts'

export interface SearchableAirport extends Airport {
  /** Former names and those of other languages. */
  alsoKnownAs?: readonly string[]
}

/** Letters that Unicode does not take apart into a base and a mark. */
const LETTERS: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ß: 'ss', æ: 'ae', œ: 'oe', ı: 'i', þ: 'th', ð: 'd', '’': "'" }

/** Text as it is compared: without marks and case, so that `malaga` finds Málaga and `Zürich` is found by `zurich`. */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[øłđßæœıþð’]/g, (letter) => LETTERS[letter] ?? letter)
    .trim()

interface Entry {
  airport: Airport
  iata: string
  name: string
  cities: string[]
  words: string[]
}

/** Finds airports as people type them, best first: the code, then the city, then a word of city or name, then anywhere. */
export class AirportIndex {
  readonly #entries: Entry[]

  constructor(airports: Iterable<SearchableAirport>) {
    this.#entries = [...airports].map(({ alsoKnownAs = [], ...airport }) => {
      const cities = [airport.city, ...alsoKnownAs].map(folded)
      const name = folded(airport.name)
      const words = [...cities, name].flatMap((text) => text.split(/[^\p{L}\p{N}']+/u))
      return { airport, iata: airport.iata.toLowerCase(), name, cities, words }
    })
    // One order for all, so that pages of the same rank never shuffle.
    this.#entries.sort((a, b) => a.airport.city.localeCompare(b.airport.city, 'en') || a.iata.localeCompare(b.iata))
  }

  find(query: string): Airport[] {
    const wanted = folded(query)
    return this.#entries
      .map((entry) => ({ entry, rank: rankOf(entry, wanted) }))
      .filter(({ rank }) => rank < MISS)
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ entry }) => entry.airport)
  }
}

const MISS = 9

function rankOf({ iata, name, cities, words }: Entry, wanted: string): number {
  if (wanted === '') return 0
  if (iata === wanted) return 0
  if (cities.includes(wanted)) return 1
  if (cities.some((city) => city.startsWith(wanted))) return 2
  if (iata.startsWith(wanted)) return 3
  if (words.some((word) => word.startsWith(wanted))) return 4
  // Several words in any order, such as "london heathrow".
  const parts = wanted.split(/\s+/)
  if (parts.length > 1 && parts.every((part) => words.some((word) => word.startsWith(part)))) return 5
  return name.includes(wanted) || cities.some((city) => city.includes(wanted)) ? 6 : MISS
}
