import { createHmac } from 'node:crypto'
import { deriveKey } from '@skyhold/platform'

/** `verify_email` is for the address of the account, new ones included. */
export type LinkPurpose = 'verify_email' | 'reset_password'

/** Proves that its owner reads the address; good once. */
export interface MailLink {
  handle: string
  userId: string
  purpose: LinkPurpose
  email: string
  createdAtMs: number
  expiresAtMs: number
  usedAtMs: number | null
}

const HOUR_MS = 3_600_000
/** A reset opens the account, so it is short; a verification may wait until its reader is home (OWASP, "Forgot password cheat sheet"). */
export const LINK_LIFE_MS: Record<LinkPurpose, number> = { verify_email: 24 * HOUR_MS, reset_password: HOUR_MS }

/**
 * The token of a link, from its handle and the server's secret. So it stands in no table and no event, and notifications, which may have to send
 * a mail twice under one Message-ID, is told the same one each time.
 */
export const linkToken = (handle: string, secret: string): string =>
  createHmac('sha256', deriveKey({ secret, purpose: 'mail-link' }))
    .update(handle)
    .digest('base64url')

export const isUsable = ({ usedAtMs, expiresAtMs }: MailLink, nowMs: number): boolean => usedAtMs === null && nowMs < expiresAtMs

/** The token stands behind the #, which browsers send to nobody: it is in no log of a server and no Referer. */
export const linkUrl = (purpose: LinkPurpose, { token, publicUrl }: { token: string; publicUrl: string }): string =>
  `${publicUrl}/#${purpose.replace('_', '-')}=${token}`
