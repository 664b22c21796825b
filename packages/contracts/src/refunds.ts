import { Type, type Static } from 'typebox'
import { Id } from './ids.ts'
import { Money } from './money.ts'

export const REFUND_STATUSES = ['pending', 'unknown', 'succeeded', 'needs_attention'] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

const closed = { additionalProperties: false } as const

export const Refund = Type.Object(
  { id: Id('refund'), paymentId: Id('payment'), amount: Money, status: Type.Enum(REFUND_STATUSES), reason: Type.String() },
  closed,
)
export type Refund = Static<typeof Refund>

export const CreateRefund = Type.Object(
  {
    amountMinor: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    reason: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { ...closed, examples: [{ amountMinor: 250000, reason: 'A broken seat' }] },
)
export type CreateRefund = Static<typeof CreateRefund>
/** As many characters as a SEPA transfer carries from end to end. */
const SETTLEMENT_REFERENCE_MAX = 35
/** That a refund was given back past the payment provider. */
export const SettleRefund = Type.Object(
  {
    note: Type.String({ minLength: 1, maxLength: 200, description: 'How and why; kept in the audit and not shown to the customer' }),
    reference: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: SETTLEMENT_REFERENCE_MAX,
        pattern: '^[\\x20-\\x7e]*$',
        description: 'What the customer finds the money by, such as the number of a bank transfer; in the e-mail that says so',
      }),
    ),
  },
  { ...closed, examples: [{ note: 'The account of the card is closed; paid by bank transfer.', reference: 'SKYHOLD-2026-0117' }] },
)
export type SettleRefund = Static<typeof SettleRefund>

/** A cardholder's complaint at the bank, as the provider tells of it. */
export const Dispute = Type.Object(
  {
    id: Id('dispute'),
    paymentId: Id('payment'),
    bookingId: Id('booking'),
    status: Type.String({ description: "The provider's word: needs_response, under_review, won, lost and others" }),
    reason: Type.String(),
    amount: Money,
    respondBy: Type.Optional(Type.String()),
    updatedAt: Type.String(),
  },
  closed,
)
export type Dispute = Static<typeof Dispute>
