import type { Problem, RecoveryCodes, SecondFactorSecret, Tokens } from '@skyhold/contracts'
import { Secret, TOTP } from 'otpauth'
import { type TestIdentity, verifyAddress } from './identity.ts'

export const STEP_MS = 30_000

/** A clock of the process that the test moves: each code is good once, and nobody waits half a minute for the next. */
export function movingClock() {
  const clock = { shiftMs: 0, now: () => Date.now() + clock.shiftMs }
  return clock
}
export type MovingClock = ReturnType<typeof movingClock>

/** What an authenticator app shows at a moment: made here from the text of the QR code, as an app does. */
export function appOf(otpauthUri: string): { codeAt(nowMs: number): string } {
  const { searchParams } = new URL(otpauthUri)
  const totp = new TOTP({
    secret: Secret.fromBase32(searchParams.get('secret') ?? ''),
    algorithm: searchParams.get('algorithm') ?? '',
    digits: Number(searchParams.get('digits')),
    period: Number(searchParams.get('period')),
  })
  return { codeAt: (nowMs) => totp.generate({ timestamp: nowMs }) }
}

/** Six digits that the app shows at no moment near now. */
export function wrongCodeFor(app: { codeAt(nowMs: number): string }, nowMs: number): string {
  const near = [-2, -1, 0, 1, 2].map((steps) => app.codeAt(nowMs + steps * STEP_MS))
  const found = ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code))
  if (!found) throw new Error('six codes stand near each other, which does not happen')
  return found
}

export interface Credentials {
  email: string
  password: string
}

export const logIn = (identity: TestIdentity, { email, password }: Credentials, code?: string) =>
  identity.call<Tokens & Problem>('POST', '/api/v1/auth/login', { body: { email, password, ...(code !== undefined && { code }) } })

/** Sets a second factor up for somebody who is signed in, with his address proved; the next code that it shows is a new one. */
export async function setUpSecondFactor(
  identity: TestIdentity,
  clock: MovingClock,
  { password, token }: { password: string; token: string },
) {
  await verifyAddress(identity, token)
  const begun = await identity.call<SecondFactorSecret>('POST', '/api/v1/me/second-factor', { token, body: { password } })
  if (begun.status !== 201) throw new Error(`the secret was answered ${begun.status}: ${JSON.stringify(begun.body)}`)
  const app = appOf(begun.body.otpauthUri)
  const confirmed = await identity.call<RecoveryCodes>('POST', '/api/v1/me/second-factor/confirmation', {
    token,
    body: { code: app.codeAt(clock.now()) },
  })
  if (confirmed.status !== 200) throw new Error(`the confirmation was answered ${confirmed.status}: ${JSON.stringify(confirmed.body)}`)
  const nextCode = () => {
    clock.shiftMs += STEP_MS
    return app.codeAt(clock.now())
  }
  return { app, nextCode, secret: begun.body.secret, recoveryCodes: confirmed.body.recoveryCodes }
}
