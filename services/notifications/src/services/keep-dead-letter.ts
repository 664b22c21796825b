import { consumeOnce, type Database, type DeadLetter, type Logger } from '@skyhold/platform'
import { keptLetterOf, letterIdOf } from '../domain/dead-letter.ts'
import type { DeadLetterRepository } from '../repositories/dead-letter.ts'
import type { DeadLetterMetrics } from './dead-letter-metrics.ts'

const CONSUMER = 'notifications.dead-letters'

export interface KeepDeadLetterDeps {
  db: Database
  letters: DeadLetterRepository
  metrics: DeadLetterMetrics
  logger: Logger
}

/** Keeps a dead letter for a person to look at, once however often it comes, and raises the alarm. */
export async function keepDeadLetter(letter: DeadLetter, { db, letters, metrics, logger }: KeepDeadLetterDeps): Promise<void> {
  const id = letterIdOf(letter)
  const outcome = await consumeOnce({
    db,
    consumer: CONSUMER,
    event: { eventId: id },
    effect: async (tx) => letters.add(keptLetterOf(letter, await db.now(tx)), tx),
  })
  if (outcome === 'seen') return
  metrics.kept(letter.queue)
  const { queue, attempts, reason, replayOf } = letter
  // Without the body, which may tell of people: the desk shows it to administrators.
  logger.error(
    { deadLetterId: id, queue, attempts, reason, replayOf },
    'a message is dead: a person must look at it (GET /api/v1/dead-letters)',
  )
}
