import { type Database, type Logger, Refusal } from '@skyhold/platform'
import type { KeptLetter } from '../domain/dead-letter.ts'
import type { AuditRepository } from '../repositories/audit.ts'
import type { DeadLetterRepository } from '../repositories/dead-letter.ts'
import type { Actor } from './actor.ts'
import { getDeadLetter } from './list-dead-letters.ts'

export interface DismissDeps {
  db: Database
  letters: DeadLetterRepository
  audit: AuditRepository
  logger: Logger
}

/**
 * Puts a dead letter aside for good that no replay can help: it is kept and counts for no alarm any more.
 * Refusals: not_found, invalid_transition when it was replayed or dismissed already, or while somebody is replaying it.
 */
export async function dismissDeadLetter(
  { id, reason }: { id: string; reason: string },
  { userId, requestId }: Actor,
  deps: DismissDeps,
): Promise<KeptLetter> {
  const { db, letters, audit, logger } = deps
  await db.transaction(async (tx) => {
    const before = await letters.lock(id, tx)
    if (!before) throw new Refusal('not_found', { detail: 'There is no such dead letter.' })
    const nowMs = await db.now(tx)
    if ((await letters.dismiss(id, nowMs, tx)) !== 1)
      throw new Refusal('invalid_transition', { detail: `The message is ${before.status}; it does not wait for anybody.` })
    await audit.append(
      {
        atMs: nowMs,
        actorId: userId,
        action: 'dead_letter.dismissed',
        subject: { type: 'dead_letter', id },
        before: { status: before.status, replayedBy: before.replayedBy },
        after: { status: 'dismissed', replayedBy: before.replayedBy, note: reason },
        requestId,
      },
      tx,
    )
  })
  logger.info({ deadLetterId: id, actor: userId }, 'dead letter dismissed')
  return getDeadLetter(id, deps)
}
