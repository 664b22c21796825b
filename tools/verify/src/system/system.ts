import type { Felt } from '../history/events.ts'
import type { Fault } from '../plan/faults.ts'

/** What is verified, and what may be done to it. */
export interface System {
  /** Said in the report: "a stack of its own (MariaDB, RabbitMQ, 2 bookings)". */
  title: string
  /** Where people reach the gateway. */
  baseUrl: string
  admin: { email: string; password: string } | null
  simulatorUrl: string | null
  mailboxUrl: string | null
  /** Base URLs of the processes, for their metrics; empty when only the gateway is known. */
  places: Readonly<Record<string, string>>
  /** Holds the processes' logs, when they are on this machine. */
  logFolder: string | null
  /** Nobody else uses it. */
  isPrivate: boolean
  /** Null when it is not known. */
  holdsPerUserMax: number | null
  /** Null when nothing may be broken. */
  breakable: Breakable | null
  close(): Promise<void>
}

export interface Breakable {
  /** Breaks something, keeps it broken for its time, mends it. Says what it breaks when it does; nothing when there was nothing to break. */
  apply(fault: Fault, begins: Begins): Promise<void>
  /** Everything is as it was, and every process says that it is ready. */
  heal(): Promise<void>
}

export type Begins = (title: string, feltAt: readonly Felt[]) => void
