import { Email, Phone, PersonName } from './bookings.ts'
import { AirportCode, SeatDesignator } from './flights.ts'
import { ProviderEventId } from './provider-events.ts'
import { Id, ID_PREFIXES, type IdKind, Reference, REFERENCE_LENGTH } from './ids.ts'

const ids = (Object.keys(ID_PREFIXES) as IdKind[]).map((kind) => [Id(kind), `an id that begins with ${ID_PREFIXES[kind]}_`] as const)
const own = [
  ...ids,
  [PersonName, 'a name: letters of any script, blanks, apostrophes, hyphens and full stops, with a letter first'],
  [Email, 'an e-mail address such as asha@example.com'],
  [Phone, 'a phone number: 5 to 24 digits, blanks, hyphens and brackets, with a + in front if there is one'],
  [AirportCode, 'three capital letters'],
  [ProviderEventId, "an id of the payment provider's event"],
  [SeatDesignator, 'a seat such as 12A'],
  [Reference, `a booking reference: ${REFERENCE_LENGTH} capital letters and digits`],
] as const

/** What each pattern of the contract asks for, in the words that follow "has to be": a refusal says it instead of the expression. */
export const FORMS: ReadonlyMap<string, string> = new Map([
  ...own.map(([schema, words]) => [(schema as { pattern?: string }).pattern ?? '', words] as const),
  ['^[\\x20-\\x7e]*$', 'printable ASCII characters'],
  ['^[!-~]+$', 'of visible ASCII characters, without blanks'],
  ['^pm_[A-Za-z0-9_]{1,64}$', 'a payment method of the provider, such as pm_card_visa'],
  ['^[A-Z0-9]{2}$', 'two capital letters or digits'],
  ['^[A-Z0-9]{2,4}$', '2 to 4 capital letters and digits'],
  ['^[A-Z0-9]{1,6}$', '1 to 6 capital letters and digits'],
  ['^[A-Z0-9]{2,12}$', '2 to 12 capital letters and digits'],
  ['^([A-Z0-9]{2} )?[1-9][0-9]{0,3}$', 'a flight number such as 201 or D1 201'],
  ['^[A-HJ-L]+( [A-HJ-L]+)*$', 'the seats of a row such as ABC DEF'],
  ['^\\d{4}-\\d{2}-\\d{2}$', 'a day such as 2026-12-01'],
  ['^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$', 'a moment in UTC such as 2026-12-01T08:30:00Z'],
  ['^(operator|usr_[0-9A-Za-z]{1,40})$', 'operator, or an id that begins with usr_'],
  ['^[a-z_.]{1,64}$', 'the name of an action: small letters, underscores and full stops'],
  ['^[^\\p{C}\\p{Z}]([^\\p{Cc}\\u2028\\u2029]*[^\\p{C}\\p{Z}])?$', 'one line of text without blanks at its ends'],
])
