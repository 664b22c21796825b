import { type CreateBooking, type HeldFlight, PASSENGER_TYPES, type PassengerType } from '@skyhold/contracts'
import { type Refusal, invalidAt } from '@skyhold/platform'

export interface PlannedPassenger {
  type: PassengerType
  givenNames: string
  familyName: string
  bornOn: string | null
  /** The seat on each of the hold's flights; empty for an infant on a lap. */
  seats: string[]
}

type NewPassenger = CreateBooking['passengers'][number]

/** One composed form for what looks the same, so that `Nguyễn` typed on two machines is one name. */
const composed = (name: string) => name.normalize('NFC').trim()

/**
 * Gives each passenger his seats. Refusals: 400 with a pointer when a seat is not the hold's or is given twice, when seats are left over, when an infant has a seat
 * or there are more infants than adults to hold them.
 */
export function planPassengers(passengers: readonly NewPassenger[], flights: readonly HeldFlight[], today: string): PlannedPassenger[] {
  const free = flights.map(({ seats }) => new Set(seats.map(({ designator }) => designator)))
  const planned = passengers.map((passenger, i): PlannedPassenger => {
    const { type, bornOn } = passenger
    if (!PASSENGER_TYPES.includes(type)) throw invalidAt(`/passengers/${i}/type`, 'enum', 'The type is not known.')
    if (bornOn !== undefined && bornOn > today)
      throw invalidAt(`/passengers/${i}/bornOn`, 'future', 'The date of birth lies in the future.')
    const seats = type === 'infant' ? seatsOfInfant(passenger, i) : takeSeats(passenger, { i, free })
    return { type, givenNames: composed(passenger.givenNames), familyName: composed(passenger.familyName), bornOn: bornOn ?? null, seats }
  })
  const left = free.flatMap((seats) => [...seats])
  if (left.length)
    throw invalidAt('/passengers', 'seats_left', `Nobody sits on ${left.join(', ')}: every seat of the hold needs a passenger.`)
  assertInfantsHaveLaps(planned)
  return planned
}

function seatsOfInfant({ seats }: NewPassenger, i: number): string[] {
  if (seats)
    throw invalidAt(
      `/passengers/${i}/seats`,
      'infant_seat',
      'An infant travels on a lap and has no seat; with a seat of its own it travels as a child.',
    )
  return []
}

function takeSeats({ seats = [] }: NewPassenger, { i, free }: { i: number; free: Set<string>[] }): string[] {
  if (seats.length !== free.length)
    throw invalidAt(`/passengers/${i}/seats`, 'count', `A passenger needs one seat on each of the ${free.length} flight(s) of the hold.`)
  seats.forEach((seat, leg) => {
    if (!free[leg]?.delete(seat)) throw refusalOfSeat(i, leg, seat)
  })
  return [...seats]
}

const refusalOfSeat = (i: number, leg: number, seat: string): Refusal =>
  invalidAt(`/passengers/${i}/seats/${leg}`, 'seat', `Seat ${seat} is not in the hold for that flight, or another passenger has it.`)

function assertInfantsHaveLaps(planned: readonly PlannedPassenger[]): void {
  const count = (type: PassengerType) => planned.filter((passenger) => passenger.type === type).length
  if (count('infant') > count('adult')) throw invalidAt('/passengers', 'infants', 'Each infant needs an adult of its own.')
}

/** Letters that are no accented form of another one in Unicode, as people type them who lack them. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
}

/** How names are compared when somebody looks up a booking: without case, accents, blanks and signs, as agents type them. */
export const comparableName = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLocaleLowerCase('en')
    .replace(/[đðøłßæœþıħ]/g, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .replace(/[^\p{L}]/gu, '')
