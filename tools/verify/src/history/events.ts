/** What a call was for; the report counts by it. */
export type Operation =
  | 'register'
  | 'log in'
  | 'search'
  | 'read seat map'
  | 'hold'
  | 'read hold'
  | 'extend'
  | 'release'
  | 'book'
  | 'read booking'
  | 'list bookings'
  | 'pay'
  | 'confirm 3-D Secure'
  | 'read payment'
  | 'quote cancellation'
  | 'cancel'
  | 'look up'
  | 'snoop'
  | 'cancel flight'
  | 'integrity'

export interface Invoke {
  kind: 'invoke'
  id: number
  atMs: number
  /** The person, by the name in this run: `p07`, `admin`, `stranger`. */
  user: string
  operation: Operation
  method: string
  path: string
  key: string | null
  /** What was sent, without passwords. */
  body: unknown
}

export interface Answer {
  kind: 'answer'
  id: number
  atMs: number
  status: number
  isReplayed: boolean
  hasRetryAfter: boolean
  body: unknown
}

/** Nobody knows whether it was done: the connection broke, or the caller has given up waiting. */
export interface Lost {
  kind: 'lost'
  id: number
  atMs: number
  reason: string
}

/** What a fault can be felt at: a service, or what stands beside them. */
export type Felt = 'gateway' | 'identity' | 'flights' | 'bookings' | 'notifications' | 'broker' | 'provider' | 'mail' | 'webhooks'

export interface FaultMark {
  kind: 'fault'
  atMs: number
  /** Both marks of a fault have its number. */
  fault: number
  title: string
  feltAt: readonly Felt[]
  phase: 'begins' | 'ends'
}

/** What the seed and the arguments were, and who the people are. First line of a file. */
export interface RunMark {
  kind: 'run'
  atMs: number
  seed: string
  users: readonly Person[]
  flightIds: readonly string[]
  /** Nobody else buys there, so that whatever is sold was sold to these people. */
  isPrivate: boolean
  /** Null when the limit of the installation is not known. */
  holdsPerUserMax: number | null
}

export interface Person {
  name: string
  email: string
  /** In the names and the address of this person alone: seen in anybody else's answers, it is a leak. */
  canary: string
}

/** What was read after the end, under its name in Observations. */
export interface Observed {
  kind: 'observed'
  atMs: number
  name: string
  value: unknown
}

export type HistoryEvent = RunMark | Invoke | Answer | Lost | FaultMark | Observed
