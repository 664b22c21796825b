import type { Random } from './random.ts'

/** How a call is repeated for luck; after a lost answer it is always repeated under its key. */
export type Repeat = 'no' | 'same_key_later' | 'same_key_at_once' | 'other_key_at_once' | 'same_key_other_body'

/** What one person sets out to do. Seats are places in the list of a flight's wanted seats; `null` leaves the choice to the system. */
export interface Journey {
  kind: 'buy' | 'hold' | 'hoard' | 'browse' | 'snoop' | 'look_up'
  flights: { flight: number; seats: (number | null)[] }[]
  fare: number
  cards: string[]
  approves3ds: boolean
  extends: boolean
  /** Pays when the time is over, where that comes soon. */
  dawdles: boolean
  /** What becomes of a hold that is not booked, or of a booking that is not paid. */
  leaves: 'never' | 'after_hold' | 'after_booking'
  /** Whether it is given back, or left to lapse. */
  givesBack: boolean
  cancels: 'no' | 'quote_only' | 'confirm'
  repeats: Record<'hold' | 'book' | 'pay' | 'cancel', Repeat>
  pauseMs: number
}

/** Every card of the simulator but `pm_card_refundFail`, whose refunds fail after they have succeeded and wait for a person; the weights keep the quick ones in front. */
const CARDS = {
  pm_card_visa: 34,
  pm_card_visa_debit: 2,
  pm_card_mastercard: 2,
  pm_card_amex: 2,
  pm_card_pendingRefund: 8,
  pm_card_visa_chargeDeclined: 4,
  pm_card_visa_chargeDeclinedInsufficientFunds: 3,
  pm_card_visa_chargeDeclinedLostCard: 2,
  pm_card_visa_chargeDeclinedStolenCard: 2,
  pm_card_chargeDeclinedExpiredCard: 2,
  pm_card_chargeDeclinedIncorrectCvc: 2,
  pm_card_chargeDeclinedProcessingError: 2,
  pm_card_threeDSecure2Required: 8,
  pm_sim_slow: 6,
  pm_sim_processing: 6,
  pm_sim_charge_then_drop: 8,
  pm_sim_error_then_ok: 6,
  pm_sim_error_stored: 7,
  pm_sim_error_stored_uncharged: 6,
  pm_sim_webhook_first: 6,
  pm_sim_webhook_dup: 6,
} as const

const REPEATS = { no: 62, same_key_later: 14, same_key_at_once: 14, other_key_at_once: 7, same_key_other_body: 3 } as const
/** Two tabs that pay at once are what a charge's guards are for. */
const REPEATS_OF_PAYMENTS = { ...REPEATS, no: 45, other_key_at_once: 24 } as const
const KINDS = { buy: 63, hold: 13, hoard: 4, browse: 8, snoop: 7, look_up: 5 } as const

/** Seats of one flight that everybody wants: few, so that people meet. */
export const WANTED_SEATS = 16
const PAUSE_MS_MAX = 150

export function planJourney(random: Random, { flights }: { flights: number }): Journey {
  const party = random.chance(0.4) ? 1 : random.between(2, 3)
  const legs = random.sample([...Array(flights).keys()], random.chance(0.75) ? 1 : 2)
  return {
    kind: random.weighted(KINDS),
    flights: legs.map((flight) => ({ flight, seats: seatsOf(random, party) })),
    fare: random.between(0, 9),
    cards: [random.weighted(CARDS), random.weighted(CARDS), 'pm_card_visa'],
    approves3ds: random.chance(0.7),
    extends: random.chance(0.25),
    dawdles: random.chance(0.05),
    leaves: random.weighted({ never: 76, after_hold: 10, after_booking: 14 }),
    givesBack: random.chance(0.6),
    cancels: random.weighted({ no: 38, quote_only: 7, confirm: 55 }),
    repeats: {
      hold: random.weighted(REPEATS),
      book: random.weighted(REPEATS),
      pay: random.weighted(REPEATS_OF_PAYMENTS),
      cancel: random.weighted(REPEATS),
    },
    pauseMs: random.between(0, PAUSE_MS_MAX),
  }
}

/** Named seats in any order, so that two people lock them in opposite ones; or the system's choice. */
function seatsOf(random: Random, party: number): (number | null)[] {
  if (random.chance(0.2)) return Array.from({ length: party }, () => null)
  return random.sample([...Array(WANTED_SEATS).keys()], party)
}
