import { Refusal, type Bus, type Database, type Logger } from '@skyhold/platform'
import type { KeptLetter } from '../domain/dead-letter.ts'
import type { AuditEntry, AuditRepository } from '../repositories/audit.ts'
import type { DeadLetterRepository } from '../repositories/dead-letter.ts'
import type { Actor } from './actor.ts'
import { getDeadLetter } from './list-dead-letters.ts'

/** Longer than a broker may take to confirm; after it a replay whose process died may be tried again. */
const LEASE_MS = 15_000

export interface ReplayDeps {
  db: Database
  bus: Pick<Bus, 'replay'>
  letters: DeadLetterRepository
  audit: AuditRepository
  logger: Logger
}

/**
 * Puts a dead letter back into its queue, once: a second call answers the same and sends nothing. If it dies again it is a new letter. After a crash
 * in the middle it can be replayed again, and a message that is then there twice is applied once, by its consumer's inbox. The audit has both, that it
 * was asked for and that it was done.
 * Refusals: not_found, invalid_transition while somebody is at it or after it was dismissed, unavailable.
 */
export async function replayDeadLetter(id: string, actor: Actor, deps: ReplayDeps): Promise<KeptLetter> {
  const isOurs = await claim(id, actor, deps)
  const letter = await getDeadLetter(id, deps)
  if (!isOurs) return alreadyReplayed(letter)

  await publish(letter, deps)
  await markReplayed(id, actor, deps)
  deps.logger.info({ deadLetterId: id, queue: letter.queue, eventId: letter.eventId, actor: actor.userId }, 'dead letter replayed')
  return getDeadLetter(id, deps)
}

/** True when the letter is the actor's to replay. */
const claim = (id: string, actor: Actor, { db, letters, audit }: ReplayDeps): Promise<boolean> =>
  db.transaction(async (tx) => {
    const before = await letters.lock(id, tx)
    const nowMs = await db.now(tx)
    if (!before || (await letters.claim(id, { nowMs, untilMs: nowMs + LEASE_MS, by: actor.userId }, tx)) !== 1) return false
    const after = { ...before, status: 'replaying', replayedBy: actor.userId } as const
    await audit.append({ ...entryOf(actor, before, after), action: 'dead_letter.replay_asked', atMs: nowMs }, tx)
    return true
  })

const markReplayed = (id: string, actor: Actor, { db, letters, audit }: ReplayDeps): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await letters.lock(id, tx)
    const nowMs = await db.now(tx)
    if (!before || (await letters.markReplayed(id, nowMs, tx)) !== 1) return
    await audit.append({ ...entryOf(actor, before, { ...before, status: 'replayed' }), action: 'dead_letter.replayed', atMs: nowMs }, tx)
  })

const entryOf = ({ userId, requestId }: Actor, before: KeptLetter, after: KeptLetter): Omit<AuditEntry, 'action' | 'atMs'> => ({
  actorId: userId,
  subject: { type: 'dead_letter', id: before.id },
  before: auditedOf(before),
  after: auditedOf(after),
  requestId,
})

const auditedOf = ({ status, replayedBy }: KeptLetter) => ({ status, replayedBy })

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
  if (letter.status === 'dismissed') throw new Refusal('invalid_transition', { detail: 'This message has been dismissed.' })
  throw new Refusal('invalid_transition', { detail: 'Somebody is replaying this message right now.' })
}
