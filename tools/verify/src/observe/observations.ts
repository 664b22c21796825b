import type { Booking, Hold, SeatMap } from '@skyhold/contracts'

/** A line of the provider's ledger: what it really charged. */
export interface Charge {
  id: string
  paymentIntent: string
  amountMinor: number
  currency: string
  refundedMinor: number
  status: string
  metadata: { bookingId?: string; paymentId?: string }
}

/** An e-mail as it arrived. */
export interface Mail {
  to: string
  subject: string
  headers: Record<string, string>
  text: string | null
  html: string | null
  attachments: { contentType: string; size: number }[]
}

/** What a process has of the machine's memory, before people came and after they had gone. */
export interface Memory {
  process: string
  beforeBytes: number
  afterBytes: number
}

export interface IntegrityCheck {
  service: string
  name: string
  /** A number, or null when nobody knows. */
  violations: number | null
  sample: unknown
}

/** What was read when the faults had ended and everything had had its time. Null: could not be read, so it is not checked. */
export interface Observations {
  /** Everything that each person has, by his own list. */
  bookings: { user: string; booking: Booking }[]
  /** Each hold that was ever acknowledged; null when it answers 404. */
  holds: { user: string; id: string; atMs: number; hold: Hold | null }[]
  /** Read after the holds. */
  seatMaps: SeatMap[]
  observedAtMs: number
  ledger: Charge[] | null
  mails: Mail[] | null
  /** Copies that came under the Message-ID of an e-mail that was there: the mailbox keeps the first. */
  mailCopies: number | null
  integrity: IntegrityCheck[] | null
  /** What had not come to rest when the patience ended, a sentence each. */
  unsettled: string[]
  settledAfterMs: number
  /** Of every process that has one; null when the processes cannot be asked. */
  outboxes: { process: string; pending: number }[] | null
  memory: Memory[] | null
  /** Lines of the processes' logs that hold a secret, shortened; null when the logs are elsewhere. */
  leakingLogLines: string[] | null
}
