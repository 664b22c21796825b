import { Type, type Static } from 'typebox'

/** Minor-unit digits by ISO 4217 where they are not two. */
const DIGITS: Record<string, number> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
}

export const Currency = Type.String({ pattern: '^[A-Z]{3}$' })
export const Money = Type.Object(
  { amountMinor: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), currency: Currency },
  {
    additionalProperties: false,
    description: 'Whole minor units by ISO 4217: 1234500 INR is ₹ 12,345.00',
    examples: [{ amountMinor: 1234500, currency: 'INR' }],
  },
)
export type Money = Static<typeof Money>

export const minorDigits = (currency: string): number => DIGITS[currency] ?? 2

/** Adds amounts of one currency. Throws on an empty list and on mixed currencies: both are bugs of the caller. */
export function sumMoney(parts: readonly Money[]): Money {
  const [first, ...rest] = parts
  if (!first) throw new Error('sumMoney needs at least one amount, to know the currency')
  const amountMinor = rest.reduce((sum, part) => {
    if (part.currency !== first.currency) throw new Error(`cannot add ${part.currency} to ${first.currency}`)
    return sum + part.amountMinor
  }, first.amountMinor)
  if (!Number.isSafeInteger(amountMinor)) throw new Error('amount past the exact integers')
  return { amountMinor, currency: first.currency }
}

/** For people: `INR 12,345.00`, `JPY 1,200`. Digits by ISO 4217, so a yen has no cents. */
export function formatMoney({ amountMinor, currency }: Money): string {
  const digits = minorDigits(currency)
  const unit = 10 ** digits
  const whole = Math.floor(amountMinor / unit)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
  return digits === 0 ? `${currency} ${whole}` : `${currency} ${whole}.${String(amountMinor % unit).padStart(digits, '0')}`
}
