import { readFileSync } from 'node:fs'
import type { SearchableAirport } from '../src/domain/airport-search.ts'

/** Written by scripts/build-airports.ts; its place, names and zones are from airport-data-js (CC BY 4.0, see NOTICE). */
export const AIRPORTS: readonly SearchableAirport[] = JSON.parse(readFileSync(new URL('airports.json', import.meta.url), 'utf8'))
