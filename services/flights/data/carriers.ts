/** A carrier sells in one currency. */
export interface CarrierSeed {
  /** Two letters or digits. Invented, like the names: a real airline that has the same one is not meant. */
  code: string
  name: string
  country: string
  currency: string
}

export const CARRIERS: readonly CarrierSeed[] = [
  { code: 'D1', name: 'Deccan Skyways', country: 'IN', currency: 'INR' },
  { code: 'A1', name: 'Albion Air', country: 'GB', currency: 'GBP' },
  { code: 'L1', name: 'Lakeshore Airlines', country: 'US', currency: 'USD' },
  { code: 'H1', name: 'Hinode Airways', country: 'JP', currency: 'JPY' },
  { code: 'R1', name: 'Rhenania Airways', country: 'DE', currency: 'EUR' },
  { code: 'S1', name: 'Salish Seaplanes', country: 'CA', currency: 'CAD' },
  { code: 'K1', name: 'Failaka Airways', country: 'KW', currency: 'KWD' },
]
