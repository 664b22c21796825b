import { Refusal, type Bus, type Caller, type Database, type Logger } from '@skyhold/platform'
import type { KeptLetter } from '../domain/dead-letter.ts'
import type { DeadLetterRepository } from '../repositories/dead-letter.repository.ts'

/** Longer than a broker may take to confirm; after it a replay whose process died may be tried again. */
const LEASE_MS = 15_000

export interface ReplayDeps {
  db: Database
  bus: Pick<Bus, 'replay'>
  letters: DeadLetterRepository
  logger: Logger
}

/**
 * Puts a dead letter back into its queue, once: a second call answers the same and sends nothing. If it dies again it is a new letter. After a crash
 * in the middle it can be replayed again, and a message that is then there twice is applied once, by its consumer's inbox.
 * Refusals: not_found, invalid_transition while somebody is at it, unavailable.
 */
export async function replayDeadLetter(id: string, caller: Caller, deps: ReplayDeps): Promise<KeptLetter> {
  const { db, letters, logger } = deps
  const nowMs = await db.now()
  const isOurs = (await letters.claim(id, { nowMs, untilMs: nowMs + LEASE_MS, by: caller.userId })) === 1
  const letter = await getLetter(id, letters)
  if (!isOurs) return alreadyReplayed(letter)

  await publish(letter, deps)
  await letters.markReplayed(id, await db.now())
  logger.info({ deadLetterId: id, queue: letter.queue, eventId: letter.eventId, actor: caller.userId }, 'dead letter replayed')
  return getLetter(id, letters)
}

async function publish({ id, queue, payload, traceparent }: KeptLetter, { bus, letters, logger }: ReplayDeps): Promise<void> {
  try {
    await bus.replay({ queue, body: payload, traceparent, replayOf: id })
  } catch (error) {
    await letters.giveBack(id)
    logger.warn({ err: error, deadLetterId: id, queue }, 'dead letter could not be replayed')
    throw new Refusal('unavailable', { detail: 'The broker did not take the message; it is still here.', retryAfterSeconds: 5 })
  }
}

function alreadyReplayed(letter: KeptLetter): KeptLetter {
  if (letter.status === 'replayed') return letter
  throw new Refusal('invalid_transition', { detail: 'Somebody is replaying this message right now.' })
}

async function getLetter(id: string, letters: DeadLetterRepository): Promise<KeptLetter> {
  const letter = await letters.find(id)
  if (!letter) throw new Refusal('not_found', { detail: 'There is no such dead letter.' })
  return letter
}
