import type { SecondFactor } from '@skyhold/contracts'
import { Secret, TOTP } from 'otpauth'
import type { AuthenticationMethod } from './session.ts'

/** An app that shows codes (TOTP, RFC 6238), as an account has it. */
export interface StoredSecondFactor {
  userId: string
  /** Opens with `secondFactorSealer` and the user's id. */
  secretSealed: string
  /** Null until a first code has proved that the app has the secret. */
  confirmedAtMs: number | null
  /** The time step of the last code that was taken. */
  lastUsedStep: number
  /** In a row. */
  wrongCodes: number
  /** Until then no code is looked at. */
  closedUntilMs: number
}

/** What every authenticator app knows: several ignore that another algorithm or length was asked for, and show codes that never match. */
const SHAPE = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** As long as the hash of its algorithm (RFC 4226, section 4). */
const SECRET_BYTES = 20
/** One step either way: a clock that is half a minute off, or a code typed as it changes (RFC 6238, section 5.2). */
const WINDOW_STEPS = 1
/** By which apps tell their accounts apart. */
const ISSUER = 'Skyhold'

export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32

/** The text of the QR code by which an app learns the secret. */
export const otpauthUri = (secret: string, email: string): string =>
  new TOTP({ ...SHAPE, issuer: ISSUER, label: email, secret: Secret.fromBase32(secret) }).toString()

/** The time step that the digits belong to, or null when they are of none near this moment. Compared in constant time. */
export function stepOf(digits: string, { secret, nowMs }: { secret: string; nowMs: number }): number | null {
  const totp = new TOTP({ ...SHAPE, secret: Secret.fromBase32(secret) })
  const delta = totp.validate({ token: digits, timestamp: nowMs, window: WINDOW_STEPS })
  return delta === null ? null : totp.counter({ timestamp: nowMs }) + delta
}

export const statusOf = (factor: StoredSecondFactor | null): SecondFactor['status'] => {
  if (!factor) return 'none'
  return factor.confirmedAtMs === null ? 'pending' : 'active'
}

/** The names of RFC 8176 for how somebody has signed in. */
export const WITH_PASSWORD: readonly AuthenticationMethod[] = ['pwd']
export const WITH_SECOND_FACTOR: readonly AuthenticationMethod[] = ['pwd', 'otp']
