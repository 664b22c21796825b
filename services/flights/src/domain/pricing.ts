import { minorDigits, type Cabin, type FareState, type Layout, type SeatFeature } from '@skyhold/contracts'
import { dayOfWeek } from './zones.ts'

export interface Surcharge {
  feature: SeatFeature
  amountMinor: number
}

interface Brand {
  code: string
  cabin: Cabin
  brand: string
  /** Of the lowest economy fare, in percent. */
  percent: number
  refundable: boolean
  changeable: boolean
  baggageKg: number
}

/** What every carrier sells, unless a flight has fares of its own. */
const BRANDS: readonly Brand[] = [
  { code: 'SAVER', cabin: 'economy', brand: 'Saver', percent: 100, refundable: false, changeable: false, baggageKg: 15 },
  { code: 'CLASSIC', cabin: 'economy', brand: 'Classic', percent: 118, refundable: false, changeable: true, baggageKg: 20 },
  { code: 'FLEX', cabin: 'economy', brand: 'Flex', percent: 145, refundable: true, changeable: true, baggageKg: 25 },
  { code: 'PREMSAVER', cabin: 'premium_economy', brand: 'Premium Saver', percent: 180, refundable: false, changeable: true, baggageKg: 30 },
  { code: 'PREMFLEX', cabin: 'premium_economy', brand: 'Premium Flex', percent: 215, refundable: true, changeable: true, baggageKg: 35 },
  { code: 'BIZSAVER', cabin: 'business', brand: 'Business Saver', percent: 320, refundable: false, changeable: true, baggageKg: 35 },
  { code: 'BIZFLEX', cabin: 'business', brand: 'Business Flex', percent: 390, refundable: true, changeable: true, baggageKg: 40 },
  { code: 'FIRSTFLEX', cabin: 'first', brand: 'First Flex', percent: 640, refundable: true, changeable: true, baggageKg: 50 },
]

interface Market {
  /** Units of the currency in a US dollar, roughly: it makes prices plausible and orders them across currencies. No money is converted by it. */
  unitsPerUsd: number
  /** What people pay there for the same distance, in percent of the average. */
  levelPercent: number
  /** Prices are whole multiples of this many minor units. */
  stepMinor: number
}

const MARKETS: Readonly<Record<string, Market>> = {
  INR: { unitsPerUsd: 84, levelPercent: 75, stepMinor: 50_00 },
  GBP: { unitsPerUsd: 0.78, levelPercent: 105, stepMinor: 1_00 },
  USD: { unitsPerUsd: 1, levelPercent: 100, stepMinor: 1_00 },
  JPY: { unitsPerUsd: 150, levelPercent: 105, stepMinor: 100 },
  EUR: { unitsPerUsd: 0.92, levelPercent: 100, stepMinor: 1_00 },
  CAD: { unitsPerUsd: 1.37, levelPercent: 140, stepMinor: 1_00 },
  KWD: { unitsPerUsd: 0.307, levelPercent: 110, stepMinor: 500 },
}

const marketOf = (currency: string): Market => MARKETS[currency] ?? { unitsPerUsd: 1, levelPercent: 100, stepMinor: 1 }

/** Fares of a route before the day and the hour are known, for the cabins that the aircraft has. */
export function routeFares({ distanceKm, currency, layout }: { distanceKm: number; currency: string; layout: Layout }): FareState[] {
  const cabins = new Set(layout.cabins.map((cabin) => cabin.cabin))
  const lowest = lowestFare(distanceKm, currency)
  return BRANDS.filter((brand) => cabins.has(brand.cabin)).map(({ percent, ...brand }) => ({
    ...brand,
    price: { amountMinor: rounded((lowest * percent) / 100, currency), currency },
  }))
}

/** Fares of one departure: the same flight always costs the same, dearer on days and at hours when many want to fly. */
export function departureFares(fares: readonly FareState[], departure: { localDate: string; localTime: string }): FareState[] {
  const percent = (dayPercent(departure.localDate) * hourPercent(departure.localTime)) / 100
  return fares.map((fare) => ({
    ...fare,
    price: { ...fare.price, amountMinor: rounded((fare.price.amountMinor * percent) / 100, fare.price.currency) },
  }))
}

/** What the seats with room for the legs cost on top: a tenth of the lowest economy fare. An aircraft without economy has none. */
export function routeSurcharges(fares: readonly FareState[], currency: string): Surcharge[] {
  const economy = fares.filter((fare) => fare.cabin === 'economy').map((fare) => fare.price.amountMinor)
  if (economy.length === 0) return []
  return [{ feature: 'extra_legroom', amountMinor: rounded(Math.min(...economy) / 10, currency) }]
}

/** Puts prices of different currencies in one order. For sorting only: nobody is ever charged by it. */
export const comparablePrice = ({ amountMinor, currency }: { amountMinor: number; currency: string }): number =>
  amountMinor / 10 ** minorDigits(currency) / marketOf(currency).unitsPerUsd

/** A start, and less for each kilometre the further it goes. */
function lowestFare(distanceKm: number, currency: string): number {
  const usd = 18 + 0.055 * Math.min(distanceKm, 6000) + 0.035 * Math.max(0, distanceKm - 6000)
  const { unitsPerUsd, levelPercent } = marketOf(currency)
  return ((usd * levelPercent) / 100) * unitsPerUsd * 10 ** minorDigits(currency)
}

function rounded(amountMinor: number, currency: string): number {
  const { stepMinor } = marketOf(currency)
  return Math.max(stepMinor, Math.round(amountMinor / stepMinor) * stepMinor)
}

/** Monday first. People leave on Friday, come back on Sunday and meet on Monday. */
const DAY_PERCENT = [108, 92, 92, 100, 118, 96, 118] as const
const dayPercent = (localDate: string): number => DAY_PERCENT[dayOfWeek(localDate) - 1] ?? 100

function hourPercent(localTime: string): number {
  const hour = Number(localTime.slice(0, 2))
  if ((hour >= 6 && hour <= 9) || (hour >= 17 && hour <= 20)) return 112
  return hour >= 22 || hour <= 4 ? 90 : 100
}
