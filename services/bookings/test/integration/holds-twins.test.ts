import { setTimeout as sleep } from 'node:timers/promises'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { type ClaimRow, Claims } from '../../src/repositories/claims.ts'
import { HoldQuotas } from '../../src/repositories/hold-quotas.ts'
import { IdempotencyKeys } from '../../src/repositories/idempotency-keys.ts'
import type { KeyRecord } from '../../src/domain/idempotency.ts'
import { type HoldReply, takeSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

// Each guard of the storms is taken away here, one at a time: the same storm must then see the harm. A storm that sees none proves nothing.

/** Takes whatever is asked for, from whoever has it. */
class UnguardedClaims extends Claims {
  override async find(): Promise<ClaimRow[]> {
    return []
  }
  protected override takeOverClause(): string {
    return this.db.dialect === 'sqlite'
      ? 'ON CONFLICT (flight_id, leg, seat) DO UPDATE SET hold_id = excluded.hold_id, expires_at = excluded.expires_at'
      : 'ON DUPLICATE KEY UPDATE hold_id = VALUES(hold_id), expires_at = VALUES(expires_at)'
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
}

/** Counts a user's holds without having locked his row. */
class UnlockedQuotas extends HoldQuotas {
  override async lock(): Promise<void> {
    await Promise.resolve()
  }
  override async countLive(...args: Parameters<HoldQuotas['countLive']>): Promise<Map<string, number>> {
    const live = await super.countLive(...args)
    // Between the count and the insert, where the harm is done; on a busy machine it happens by itself.
    await sleep(30)
    return live
  }
}

const idsOf = (replies: readonly HoldReply[]) => new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body.id))

describe.each(databases())('storms on $name without the guard of the claims', ({ create }) => {
  const running = useBookings(create, { replace: ({ db }) => ({ claims: new UnguardedClaims(db) }) })

  test('one seat — wanted by twenty, one after the other — has several owners', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const replies: HoldReply[] = []
    for (let i = 0; i < 20; i += 1) replies.push(await takeSeats(bookings.asUser(`rush${i}`), flight, ['1A']))
    expect(idsOf(replies).size).toBeGreaterThan(1)
  })
})

describe.each(databases())('storms on $name without the memory of the keys', ({ create }) => {
  const running = useBookings(create, { replace: ({ db }) => ({ keys: new ForgetfulKeys(db) }) })

  test('the same key — ten times at once — has several effects', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const ada = bookings.asUser('ada')
    const replies = await Promise.all(Array.from({ length: 10 }, () => takeSeats(ada, flight, [null], { key: 'same' })))
    expect(idsOf(replies).size).toBeGreaterThan(1)
  })
})

// SQLite has one writer at a time and needs no lock of the row.
const servers = databases().filter(({ name }) => name !== 'sqlite')

describe.each(servers)('storms on $name without the lock of the quota', ({ create }) => {
  const running = useBookings(create, { replace: ({ db }) => ({ quotas: new UnlockedQuotas(db) }) }, 2)

  test('holds of one user — at once over two replicas — pass the limit', async () => {
    const flight = await only(running).addFlight()
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, i) => {
        const replica = running[i % running.length] ?? only(running)
        return takeSeats(replica.asUser('greedy'), flight, [`${i + 1}A`])
      }),
    )
    expect(idsOf(replies).size).toBeGreaterThan(3)
  })
})
