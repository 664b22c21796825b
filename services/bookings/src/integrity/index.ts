import { type IntegrityCheck, outboxCheck } from '@skyhold/platform'
import type { PaymentRules } from '../services/parts.ts'
import { convergence } from './convergence.ts'
import { eventsAndAudit } from './events.ts'
import { capturedMoney, paymentsAndBookings, refundsAndCharges } from './money.ts'
import { claimsAndTickets, confirmedBookings, heldSeats, soldSeatsArePaid } from './seats.ts'
import { auditTrails } from './trails.ts'

/** Everything that must be true of the seats and the money at any instant. */
export const bookingsChecks = (rules: PaymentRules): IntegrityCheck[] => [
  claimsAndTickets(),
  confirmedBookings(),
  heldSeats,
  refundsAndCharges,
  capturedMoney,
  paymentsAndBookings(),
  soldSeatsArePaid(),
  outboxCheck,
  eventsAndAudit,
  auditTrails,
  convergence(rules),
]
