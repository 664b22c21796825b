import type { DeadLetter } from '@skyhold/contracts'
import type { KeptLetter } from '../domain/dead-letter.ts'

export const deadLetterView = (letter: KeptLetter): DeadLetter => ({
  id: letter.id,
  queue: letter.queue,
  eventId: letter.eventId,
  type: letter.type,
  payload: letter.payload,
  error: letter.error,
  attempts: letter.attempts,
  status: letter.status,
  deadAt: new Date(letter.deadAtMs).toISOString(),
  replayedAt: letter.replayedAtMs === null ? null : new Date(letter.replayedAtMs).toISOString(),
  replayedBy: letter.replayedBy,
  replayOf: letter.replayOf,
})
