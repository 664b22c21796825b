import type { Transaction } from '@skyhold/platform'
import { normalizeEmail } from '../domain/email.ts'
import { ADDRESS_QUOTA, countMail, type MailQuota, USER_QUOTA } from '../domain/mail-counts.ts'
import type { LinkPurpose } from '../domain/mail-links.ts'
import type { MailCountRepository } from '../repositories/mail-count.ts'

export interface CountMail {
  purpose: LinkPurpose
  email: string
  userId: string
  nowMs: number
}

/**
 * Counts a link that is about to be mailed, if one may go. Counted by address across users, so that many accounts flood it no faster than one; and by purpose, so that nobody
 * uses up an owner's resets by asking for verifications of his address. A user's own count is of verifications alone: of resets anybody may ask for any account.
 * Must come after the lock of the user's row.
 */
export async function takeMail(
  tx: Transaction,
  { purpose, email, userId, nowMs }: CountMail,
  counts: MailCountRepository,
): Promise<boolean> {
  // Always the address first, so that two who count the same cannot wait for each other.
  const asked: [id: string, quota: MailQuota][] = [[`${purpose} ${normalizeEmail(email)}`, ADDRESS_QUOTA[purpose]]]
  if (purpose === 'verify_email') asked.push([`user ${userId}`, USER_QUOTA])
  const counted = []
  for (const [id, quota] of asked) {
    const after = countMail(await counts.lock(id, tx), { quota, nowMs })
    if (!after) return false
    counted.push({ id, after })
  }
  for (const { id, after } of counted) await counts.store(id, after, tx)
  return true
}
