import { Type, type Static } from 'typebox'

/** How a call fails when `failRate` strikes, always before anything is executed. */
export const FAILURES = ['unavailable', 'reset', 'html'] as const

/** What becomes of a refund; the errors are kept under the key, as Stripe keeps them. */
export const REFUND_FAULTS = ['none', 'failed', 'drop_answer', 'error_stored', 'error_stored_unrefunded'] as const

/** A day: longer than any test waits, short enough that a mistyped number is found out. */
const DELAY_MAX_MS = 86_400_000
/** As many copies of a webhook as a fault test asks for. */
const COPIES_MAX = 100

export const Control = Type.Object(
  {
    latencyMs: Type.Integer({ minimum: 0, maximum: DELAY_MAX_MS, description: 'every API call waits so long before it is executed' }),
    down: Type.Boolean({ description: 'every connection but to /_control and /health is cut' }),
    failRate: Type.Number({ minimum: 0, maximum: 1, description: 'this share of the API calls fails before it is executed' }),
    failAs: Type.Enum(FAILURES, {
      description: 'unavailable: 503; reset: the connection is cut; html: 200 with a page, as a broken proxy answers',
    }),
    webhookDelayMs: Type.Integer({
      minimum: 0,
      maximum: DELAY_MAX_MS,
      description: 'webhooks of events from now on are sent so much later',
    }),
    webhookShuffleMs: Type.Integer({
      minimum: 0,
      maximum: DELAY_MAX_MS,
      description: 'plus a random delay up to this, so that they come out of order',
    }),
    webhooksPaused: Type.Boolean({ description: 'none is sent; they wait in the queue' }),
    duplicateWebhooks: Type.Integer({ minimum: 1, maximum: COPIES_MAX, description: 'how many times each is sent; 1 is normal' }),
    refunds: Type.Enum(REFUND_FAULTS, {
      description:
        'failed: made and failed at once; drop_answer: refunds, then the connection is cut; error_stored: refunds and answers 500; error_stored_unrefunded: the same and does not refund',
    }),
  },
  { additionalProperties: false },
)
export type Control = Static<typeof Control>

export const ControlChange = Type.Partial(Control, { additionalProperties: false })
export type ControlChange = Static<typeof ControlChange>

/** Kept in memory only: after a restart the provider is a good one again. */
export const normalControl = (): Control => ({
  latencyMs: 0,
  down: false,
  failRate: 0,
  failAs: 'unavailable',
  webhookDelayMs: 0,
  webhookShuffleMs: 0,
  webhooksPaused: false,
  duplicateWebhooks: 1,
  refunds: 'none',
})

/** What the orders have done since the start, so that a test knows that they met anything. */
export interface Met {
  /** Calls about a payment that `failRate` struck. */
  failed: number
  /** Those that were cut because the provider was down. */
  cut: number
  /** Webhooks that the shop has taken, each copy of one. */
  webhooksTaken: number
}

export const nothingMet = (): Met => ({ failed: 0, cut: 0, webhooksTaken: 0 })

/** Retrieving one is not among them: that may be a look at the books. */
export const isAboutPayment = ({ method, url }: { method: string; url: string }): boolean =>
  method === 'POST' && url.startsWith('/v1/payment_intents')
