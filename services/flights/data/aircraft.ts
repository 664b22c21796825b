import type { CabinLayout, Layout } from '@skyhold/contracts'

/** An aircraft type in one seating: operators of the same type seat it differently. */
export interface AircraftSeed {
  code: string
  name: string
  layout: Layout
}

/** Rows beside and behind the overwing exits: no bags at the feet, more room, and no recline for the row in front of an exit. */
const atExits = (exits: number[], ahead: number[]): NonNullable<CabinLayout['rowFeatures']> => [
  { rows: exits, feature: 'exit_row' },
  { rows: exits, feature: 'extra_legroom' },
  ...(ahead.length > 0 ? [{ rows: ahead, feature: 'limited_recline' as const }] : []),
]

/**
 * True to life: cabins, abreast counts, totals, exits and the places where a door or the taper of the hull takes a seat. The codes are
 * ICAO type designators, with a last letter of our own where one type flies in two seatings.
 */
export const AIRCRAFT: readonly AircraftSeed[] = [
  {
    // 12 business + 150 economy = 162.
    code: 'A20N',
    name: 'Airbus A320neo',
    layout: {
      cabins: [
        { cabin: 'business', columns: 'AC DF', firstRow: 1, lastRow: 3, rowFeatures: [{ rows: [1], feature: 'bulkhead' }] },
        {
          cabin: 'economy',
          columns: 'ABC DEF',
          firstRow: 4,
          lastRow: 28,
          rowFeatures: [...atExits([11, 12], [10]), { rows: [4], feature: 'bulkhead' }, { rows: [28], feature: 'limited_recline' }],
        },
      ],
    },
  },
  {
    // 186 in one class, the densest common seating: rows 1 to 31, overwing exits at 12 and 13.
    code: 'A20H',
    name: 'Airbus A320neo (one class)',
    layout: {
      cabins: [
        {
          cabin: 'economy',
          columns: 'ABC DEF',
          firstRow: 1,
          lastRow: 31,
          rowFeatures: [
            ...atExits([12, 13], [11]),
            { rows: [1], feature: 'bulkhead' },
            { rows: [1], feature: 'extra_legroom' },
            { rows: [31], feature: 'limited_recline' },
          ],
        },
      ],
    },
  },
  {
    // 12 business + 24 premium economy + 152 economy = 188; the third pair of doors takes the windows of row 25, the rear galley 33C and 33D.
    code: 'A21N',
    name: 'Airbus A321neo',
    layout: {
      cabins: [
        { cabin: 'business', columns: 'AC DF', firstRow: 1, lastRow: 3, rowFeatures: [{ rows: [1], feature: 'bulkhead' }] },
        { cabin: 'premium_economy', columns: 'ABC DEF', firstRow: 4, lastRow: 7, rowFeatures: [{ rows: [4], feature: 'bulkhead' }] },
        {
          cabin: 'economy',
          columns: 'ABC DEF',
          firstRow: 8,
          lastRow: 33,
          missingSeats: ['25A', '25F', '33C', '33D'],
          rowFeatures: [...atExits([25], [24]), { rows: [33], feature: 'limited_recline' }],
        },
      ],
    },
  },
  {
    // 70 in one class; the front cargo door and the exit beside it take 1A and 1C.
    code: 'AT76',
    name: 'ATR 72-600',
    layout: {
      cabins: [
        {
          cabin: 'economy',
          columns: 'AC DF',
          firstRow: 1,
          lastRow: 18,
          missingSeats: ['1A', '1C'],
          rowFeatures: [
            { rows: [1], feature: 'exit_row' },
            { rows: [1], feature: 'extra_legroom' },
            { rows: [18], feature: 'limited_recline' },
          ],
        },
      ],
    },
  },
  {
    // 30 business + 21 premium economy + 248 economy = 299; door 2 shortens business, door 3 takes 33A and 33K, the tail 47B and 47J.
    code: 'B789',
    name: 'Boeing 787-9',
    layout: {
      cabins: [
        {
          cabin: 'business',
          columns: 'A DG K',
          firstRow: 1,
          lastRow: 8,
          missingSeats: ['8A', '8K'],
          rowFeatures: [{ rows: [1], feature: 'bulkhead' }],
        },
        { cabin: 'premium_economy', columns: 'AC DEG HK', firstRow: 10, lastRow: 12, rowFeatures: [{ rows: [10], feature: 'bulkhead' }] },
        {
          cabin: 'economy',
          columns: 'ABC DEF HJK',
          firstRow: 20,
          lastRow: 47,
          missingSeats: ['33A', '33K', '47B', '47J'],
          rowFeatures: [
            ...atExits([33], [32]),
            { rows: [20], feature: 'bulkhead' },
            { rows: [20], feature: 'extra_legroom' },
            { rows: [47], feature: 'limited_recline' },
          ],
        },
      ],
    },
  },
  {
    // 8 first + 64 business + 24 premium economy + 116 economy = 212, the long-haul seating of a premium-heavy operator.
    code: 'B77W',
    name: 'Boeing 777-300ER',
    layout: {
      cabins: [
        { cabin: 'first', columns: 'A DG K', firstRow: 1, lastRow: 2, rowFeatures: [{ rows: [1], feature: 'bulkhead' }] },
        {
          cabin: 'business',
          columns: 'A DG K',
          firstRow: 5,
          lastRow: 21,
          skippedRows: [13],
          rowFeatures: [{ rows: [5], feature: 'bulkhead' }],
        },
        { cabin: 'premium_economy', columns: 'AC DEFG HK', firstRow: 24, lastRow: 26, rowFeatures: [{ rows: [24], feature: 'bulkhead' }] },
        {
          cabin: 'economy',
          columns: 'ABC DEFG HJK',
          firstRow: 30,
          lastRow: 41,
          missingSeats: ['30A', '30K', '41B', '41J'],
          rowFeatures: [...atExits([30], []), { rows: [41], feature: 'limited_recline' }],
        },
      ],
    },
  },
  {
    // 18 in one class on floats: a single seat on the left, a pair on the right, no row further from a door than five.
    code: 'DHC6',
    name: 'DHC-6 Twin Otter seaplane',
    layout: {
      cabins: [{ cabin: 'economy', columns: 'A BC', firstRow: 1, lastRow: 6, rowFeatures: [{ rows: [1], feature: 'bulkhead' }] }],
    },
  },
]
