import { invalidAt, newSecret, Refusal, type Transaction } from '@skyhold/platform'
import { isUsable, LINK_LIFE_MS, type LinkPurpose, linkToken, linkUrl, type MailLink } from '../domain/mail-links.ts'
import { hashOf } from '../domain/refresh-tokens.ts'
import type { UserAccount } from '../domain/user.ts'
import type { IdentityDeps } from './deps.ts'
import { takeMail } from './mail-limit.ts'

export interface RequestLink {
  user: Pick<UserAccount, 'id' | 'givenNames' | 'familyName'>
  purpose: LinkPurpose
  /** Where the mail goes. */
  email: string
  nowMs: number
  requestId: string
}

const EVENTS = { verify_email: 'user.verification_requested', reset_password: 'user.password_reset_requested' } as const

/**
 * Has a link sent, unless as many as may went there lately. The event carries a handle that opens nothing; notifications has the link of it when it sends the mail.
 * A verification takes the place of an earlier one, so that a changed mind about a new address counts. Resets live beside each other, because anybody may ask for one:
 * the link that its owner is about to use must not end by it. Must come after the lock of the user's row. True when a mail will go.
 */
export async function requestLink(
  tx: Transaction,
  { user, purpose, email, nowMs, requestId }: RequestLink,
  { links, mailCounts, outbox, keySecret }: Pick<IdentityDeps, 'links' | 'mailCounts' | 'outbox' | 'keySecret'>,
): Promise<boolean> {
  if (!(await takeMail(tx, { purpose, email, userId: user.id, nowMs }, mailCounts))) return false
  if (purpose === 'verify_email') await links.end(user.id, purpose, { nowMs, tx })
  const handle = newSecret()
  const tokenHash = hashOf(linkToken(handle, keySecret))
  await links.add(
    { handle, userId: user.id, purpose, email, tokenHash, createdAtMs: nowMs, expiresAtMs: nowMs + LINK_LIFE_MS[purpose] },
    tx,
  )
  await outbox.append(tx, [
    {
      type: EVENTS[purpose],
      aggregate: { type: 'mail_link', id: handle, sequence: 1 },
      correlationId: requestId,
      data: { userId: user.id, email, givenNames: user.givenNames, familyName: user.familyName, linkHandle: handle },
      occurredAtMs: nowMs,
    },
  ])
  return true
}

/** The secret link of a handle, for the mail. The same each time while it is good. Refusal: not_found. */
export async function revealLink(
  handle: string,
  { db, links, keySecret, issuer }: Pick<IdentityDeps, 'db' | 'links' | 'keySecret' | 'issuer'>,
): Promise<{ url: string; expiresAt: string }> {
  const link = await links.find(handle)
  if (!link || !isUsable(link, await db.now())) throw new Refusal('not_found', { detail: 'There is no such link, or it is over.' })
  const url = linkUrl(link.purpose, { token: linkToken(handle, keySecret), publicUrl: issuer })
  return { url, expiresAt: new Date(link.expiresAtMs).toISOString() }
}

/** The link of a token that is still good. Refusal: invalid_request (link_not_valid). */
export async function getLink(token: string, purpose: LinkPurpose, { db, links }: Pick<IdentityDeps, 'db' | 'links'>): Promise<MailLink> {
  const link = await links.findByToken(hashOf(token), purpose)
  if (!link || !isUsable(link, await db.now())) throw linkNotValid()
  return link
}

/** Uses a link up, within the transaction of what it is for. Refusal: invalid_request (link_not_valid) when somebody was first. */
export async function spendLink(
  tx: Transaction,
  { handle, nowMs }: { handle: string; nowMs: number },
  { links }: Pick<IdentityDeps, 'links'>,
): Promise<void> {
  if ((await links.spend(handle, { nowMs, tx })) === 0) throw linkNotValid()
}

const linkNotValid = () => invalidAt('/token', 'link_not_valid', 'This link has been used already or is too old. Ask for a new one.')
