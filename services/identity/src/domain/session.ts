export interface Session {
  id: string
  userId: string
  createdAtMs: number
  lastUsedAtMs: number
  expiresAtMs: number
  revokedAtMs: number | null
  userAgent: string
  address: string
}

/** Why a session ended before its time; for the log and the operators. */
export type RevocationReason = 'logout' | 'revoked_by_user' | 'token_reuse' | 'role_removed' | 'password_changed' | 'password_reset'

/** From where a session was opened, as its owner reads it in the list of his sessions. */
export interface ClientInfo {
  userAgent: string
  address: string
}

export const isLive = (session: Pick<Session, 'revokedAtMs' | 'expiresAtMs'>, nowMs: number): boolean =>
  session.revokedAtMs === null && session.expiresAtMs > nowMs
