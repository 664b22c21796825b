import type { FlightBrief, Passenger } from '@skyhold/contracts'

/** Letters that do not fall apart into a Latin letter and its marks. ICAO Doc 9303-3, section 6, where it has them. */
const LATIN: Record<string, string> = {
  ß: 'SS',
  ẞ: 'SS',
  Æ: 'AE',
  Œ: 'OE',
  Ø: 'OE',
  Ð: 'D',
  Đ: 'D',
  Þ: 'TH',
  Ł: 'L',
  Ħ: 'H',
  Ŋ: 'N',
  ı: 'I',
  ĸ: 'Q',
  Ŧ: 'T',
  Ə: 'E',
}
/** What stands in the code for a name without any Latin letter: it is then told by the ticket, not by the name. */
const NO_LATIN_NAME = 'XX'
const NAME_LENGTH = 20

export interface BoardingFacts {
  passenger: Pick<Passenger, 'givenNames' | 'familyName'>
  reference: string
  flight: Pick<FlightBrief, 'number' | 'carrier' | 'from' | 'to'>
  /** Day of the year of the local departure date, 1 to 366. */
  dayOfYear: number
  /** Null for an infant on a lap. */
  seat: string | null
}

/**
 * The 60 mandatory characters of a bar-coded boarding pass for one passenger on one flight (IATA resolution 792, format M, one leg): 23 of the passenger,
 * 37 of the flight. The compartment is blank, because a booking does not tell it; the passenger status is 0, "ticket issued, not checked in".
 */
export function bcbpOf({ passenger, reference, flight, dayOfYear, seat }: BoardingFacts): string {
  const carrier = flight.carrier.code
  const text = [
    'M1',
    bcbpName(passenger).padEnd(NAME_LENGTH),
    'E',
    reference.slice(0, 7).padEnd(7),
    flight.from.iata,
    flight.to.iata,
    carrier.padEnd(3),
    flightNumberField(flight.number, carrier),
    String(dayOfYear).padStart(3, '0'),
    ' ',
    seatField(seat),
    '0000 ',
    '0',
    '00',
  ].join('')
  if (text.length !== 60) throw new Error(`a bar code of ${text.length} characters for flight ${flight.number}`)
  return text
}

/** `NGUYEN/VAN A`: capital Latin letters without marks, at most 20 characters with the slash; of a long family name room is left for one initial. */
export function bcbpName({ familyName, givenNames }: Pick<Passenger, 'givenNames' | 'familyName'>): string {
  const family = latin(familyName).replace(/ /g, '') || NO_LATIN_NAME
  const given = latin(givenNames)
  if (!given) return family.slice(0, NAME_LENGTH)
  return `${family.slice(0, NAME_LENGTH - 2)}/${given}`.slice(0, NAME_LENGTH).trimEnd()
}

function latin(name: string): string {
  const plain = Array.from(name.normalize('NFD').toUpperCase(), (letter) => LATIN[letter] ?? letter).join('')
  return plain
    .replace(/[^A-Z ]/g, '')
    .replace(/ +/g, ' ')
    .trim()
}

/** Four digits and a suffix letter or blank: `SK 201` is `0201 `. */
function flightNumberField(number: string, carrier: string): string {
  const match = /^(\d{1,4})([A-Z]?)$/.exec(number.replace(carrier, '').trim())
  if (!match) throw new Error(`flight number ${number} does not fit a boarding pass`)
  return `${(match[1] ?? '').padStart(4, '0')}${(match[2] ?? '').padEnd(1)}`
}

/** `012A`; an infant without a seat has `INF `. */
const seatField = (seat: string | null): string => (seat === null ? 'INF ' : seat.padStart(4, '0'))
