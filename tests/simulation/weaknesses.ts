import type { Parts } from '../../services/bookings/src/services/parts.ts'
import { type ClaimRow, Claims } from '../../services/bookings/src/repositories/claims.ts'
import { IdempotencyKeys } from '../../services/bookings/src/repositories/idempotency-keys.ts'
import type { KeyRecord } from '../../services/bookings/src/domain/idempotency.ts'
import type { Replace } from './replica.ts'

/** A guard that is taken away, and the invariant that must then be seen to break. */
export interface Weakness {
  name: string
  breaks: RegExp
  replace: Replace
}

/** Takes whatever is asked for, from whoever has it. */
class UnguardedClaims extends Claims {
  override async find(): Promise<ClaimRow[]> {
    return []
  }
  protected override takeOverClause(): string {
    return 'ON CONFLICT (flight_id, leg, seat) DO UPDATE SET hold_id = excluded.hold_id, expires_at = excluded.expires_at'
  }
}

/** Remembers no request. */
class ForgetfulKeys extends IdempotencyKeys {
  override async insertNew(): Promise<void> {
    await Promise.resolve()
  }
  override async find(): Promise<KeyRecord[]> {
    return []
  }
  override async lock(): Promise<null> {
    return null
  }
}

export const WEAKNESSES: readonly Weakness[] = [
  { name: 'the condition of a take-over', breaks: /^I[14]:/, replace: ({ db }) => ({ claims: new UnguardedClaims(db) }) },
  { name: 'the memory of the keys', breaks: /^I5:/, replace: ({ db }) => ({ keys: new ForgetfulKeys(db) }) },
  { name: 'the cancel before "no charge" is believed', breaks: /^I2:/, replace: ({ provider }) => ({ provider: withoutFence(provider) }) },
]

/** Says that an intent is cancelled and leaves it as it is: a confirmation on its way still charges. */
const withoutFence = (provider: Parts['provider']): Parts['provider'] => ({ ...provider, cancel: async () => true })
