import { createHash } from 'node:crypto'
import { EVENTS, ID_PREFIXES, type DeadLetterStatus } from '@skyhold/contracts'
import type { DeadLetter } from '@skyhold/platform'

/** A dead letter on the desk, from its arrival until somebody has sent it on its way again or put it aside. */
export interface KeptLetter {
  id: string
  queue: string
  eventId: string | null
  type: string | null
  payload: string
  error: string
  attempts: number
  traceparent: string | null
  replayOf: string | null
  status: DeadLetterStatus
  deadAtMs: number
  replayedAtMs: number | null
  replayedBy: string | null
}

/** A letter is replayed once; if it dies again it is a new letter. `replaying` to `replaying`, or to `dismissed`, is the recovery of one whose replayer died. */
export const LETTER_TRANSITIONS = {
  claim: { from: ['open', 'replaying'], to: 'replaying' },
  giveBack: { from: ['replaying'], to: 'open' },
  replay: { from: ['replaying'], to: 'replayed' },
  dismiss: { from: ['open', 'replaying'], to: 'dismissed' },
} as const satisfies Record<string, { from: readonly DeadLetterStatus[]; to: DeadLetterStatus }>

const ERROR_LENGTH_MAX = 500
const TRACEPARENT = /^[\x20-\x7e]{1,128}$/
const EVENT_ID = new RegExp(`^${ID_PREFIXES.event}_[0-9A-Za-z]{1,40}$`)

/**
 * Made from the message, its queue and the replay that it comes from: a copy that follows after a crash is the same letter, one that has been
 * replayed and dies again is another.
 */
export function letterIdOf({ queue, body, replayOf }: Pick<DeadLetter, 'queue' | 'body' | 'replayOf'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([queue, replayOf, body]))
    .digest('hex')
  return `${ID_PREFIXES.deadLetter}_${digest.slice(0, 40)}`
}

/** The letter as it is kept. What it says of itself is believed only where it has the form of an event. */
export function keptLetterOf(letter: DeadLetter, nowMs: number): KeptLetter {
  const { queue, body, reason, attempts, traceparent, replayOf } = letter
  return {
    id: letterIdOf(letter),
    queue,
    ...aboutOf(body),
    payload: body.toWellFormed(),
    error: Array.from(reason.toWellFormed()).slice(0, ERROR_LENGTH_MAX).join(''),
    attempts,
    traceparent: traceparent !== null && TRACEPARENT.test(traceparent) ? traceparent : null,
    replayOf,
    status: 'open',
    deadAtMs: nowMs,
    replayedAtMs: null,
    replayedBy: null,
  }
}

function aboutOf(body: string): { eventId: string | null; type: string | null } {
  const event = parsed(body)
  const member = (name: string): unknown =>
    typeof event === 'object' && event !== null && Object.hasOwn(event, name) ? Reflect.get(event, name) : null
  const [eventId, type] = [member('eventId'), member('type')]
  return {
    eventId: typeof eventId === 'string' && EVENT_ID.test(eventId) ? eventId : null,
    type: typeof type === 'string' && Object.hasOwn(EVENTS, type) ? type : null,
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null // Poison: it says nothing of itself.
  }
}
