import type { Database, Logger, Outbox } from '@skyhold/platform'
import type { PaymentProvider } from '../clients/payment-provider.ts'
import type { HoldRules } from '../domain/hold.ts'
import type { Audit } from '../repositories/audit.ts'
import type { BookingSearch } from '../repositories/booking-search.ts'
import type { BookingTokens } from '../repositories/booking-tokens.ts'
import type { Bookings } from '../repositories/bookings.ts'
import type { Cancellations } from '../repositories/cancellations.ts'
import type { Claims } from '../repositories/claims.ts'
import type { Disputes } from '../repositories/disputes.ts'
import type { Flights } from '../repositories/flights.ts'
import type { HoldQuotas } from '../repositories/hold-quotas.ts'
import type { Holds } from '../repositories/holds.ts'
import type { IdempotencyKeys } from '../repositories/idempotency-keys.ts'
import type { InventoryMarks } from '../repositories/inventory-marks.ts'
import type { Payments } from '../repositories/payments.ts'
import type { ProviderEvents } from '../repositories/provider-events.ts'
import type { Refunds } from '../repositories/refunds.ts'
import type { TicketNumbers, Tickets } from '../repositories/tickets.ts'
import type { FlightCatalog } from './flight-catalog.ts'
import type { PaymentMetrics } from './payment-metrics.ts'

export interface PaymentRules {
  /** A payment that takes longer is answered 202. */
  answerMs: number
  /** The provider has so long; then recovery owns the payment. */
  timeoutMs: number
  /** A provider that cannot be reached for longer turns the booking to `attention`. */
  pinMaxMs: number
}

/** What the use cases are made of. The app wires it once; a test may replace a part. */
export interface Parts {
  db: Database
  logger: Logger
  outbox: Outbox
  provider: PaymentProvider
  catalog: FlightCatalog
  flights: Flights
  claims: Claims
  holds: Holds
  quotas: HoldQuotas
  bookings: Bookings
  bookingSearch: BookingSearch
  bookingTokens: BookingTokens
  payments: Payments
  refunds: Refunds
  cancellations: Cancellations
  tickets: Tickets
  ticketNumbers: TicketNumbers
  providerEvents: ProviderEvents
  disputes: Disputes
  paymentMetrics: PaymentMetrics
  keys: IdempotencyKeys
  marks: InventoryMarks
  audit: Audit
  holdRules: HoldRules
  paymentRules: PaymentRules
  /** Payments whose client has gone with a 202: the service waits for them before it closes. */
  unfinished: Set<Promise<unknown>>
}
