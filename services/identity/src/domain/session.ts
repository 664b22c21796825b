/** How somebody has proved who he is, by the names of RFC 8176: his password, and a code of his second factor. */
export type AuthenticationMethod = 'pwd' | 'otp'

export interface Session {
  id: string
  userId: string
  createdAtMs: number
  lastUsedAtMs: number
  expiresAtMs: number
  revokedAtMs: number | null
  userAgent: string
  address: string
  /** Raised by each change, a refresh among them. */
  version: number
  amr: readonly AuthenticationMethod[]
}

/** Why a session ended before its time; for the log and the operators. */
export type RevocationReason =
  | 'logout'
  | 'revoked_by_user'
  | 'revoked_by_admin'
  | 'token_reuse'
  | 'role_removed'
  | 'password_changed'
  | 'password_reset'
  | 'second_factor_changed'
  | 'second_factor_reset'
  | 'too_many'

/** More devices than anybody signs in with in a month. What has to be ended at once is bounded by it. */
export const LIVE_SESSIONS_MAX = 50

/** One in two minutes for thirty days: ten times as many as a token of ten minutes asks for. */
export const REFRESHES_MAX = 20_000

/** From where a session was opened, as its owner reads it in the list of his sessions. */
export interface ClientInfo {
  userAgent: string
  address: string
}

export const isLive = (session: Pick<Session, 'revokedAtMs' | 'expiresAtMs'>, nowMs: number): boolean =>
  session.revokedAtMs === null && session.expiresAtMs > nowMs
