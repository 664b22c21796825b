import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, newId, type Transaction } from '@skyhold/platform'
import type { PaymentProvider } from '../../src/clients/payment-provider.ts'
import type { IdempotencyKey, KeyRecord } from '../../src/domain/idempotency.ts'
import { defineModels } from '../../src/models/index.ts'
import { Bookings, type LockedBooking } from '../../src/repositories/bookings.ts'
import { type ClaimRow, Claims } from '../../src/repositories/claims.ts'
import { HoldQuotas } from '../../src/repositories/hold-quotas.ts'
import { Holds, type HoldRow } from '../../src/repositories/holds.ts'
import { IdempotencyKeys, type NewKey } from '../../src/repositories/idempotency-keys.ts'
import { type PaymentRow, Payments } from '../../src/repositories/payments.ts'
import { Refunds } from '../../src/repositories/refunds.ts'
import type { Parts } from '../../src/services/parts.ts'

// The parts of the service with a guard taken away each. Twins of the tests run with them, and `npm run verify -- --without <guard>`; nothing that a user reaches knows them.

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

/** Remembers no request: to each it seems to be the first under its key. */
class ForgetfulKeys extends IdempotencyKeys {
  readonly #asked = new WeakMap<Transaction, readonly NewKey[]>()

  override async insertNew(keys: readonly NewKey[], tx: Transaction): Promise<void> {
    await Promise.resolve(this.#asked.set(tx, keys))
  }
  override async lock({ scope, idemKey }: IdempotencyKey, tx: Transaction): Promise<KeyRecord | null> {
    return Promise.resolve(this.#asked.get(tx)?.find((key) => key.scope === scope && key.idemKey === idemKey) ?? null)
  }
  override async find(): Promise<KeyRecord[]> {
    return []
  }
}

/** Takes every request under a key for the one that it was first used for. */
class CredulousKeys extends IdempotencyKeys {
  override async find(...[keys, tx]: Parameters<IdempotencyKeys['find']>): Promise<KeyRecord[]> {
    const fingerprints = new Map(keys.map(({ scope, idemKey, fingerprint }) => [`${scope} ${idemKey}`, fingerprint]))
    const records = await super.find(keys, tx)
    return records.map((record) => ({
      ...record,
      fingerprint: fingerprints.get(`${record.scope} ${record.idemKey}`) ?? record.fingerprint,
    }))
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

/** Lets any number of payments of one booking live. */
class SlotlessPayments extends Payments {
  override insert(payment: PaymentRow, tx: Parameters<Payments['insert']>[1]): Promise<void> {
    return super.insert({ ...payment, chargeSlot: null }, tx)
  }
}

/** Says that whatever is asked for has been pinned. */
class TrustingClaims extends Claims {
  override async pin(...[holdId, nowMs, tx]: Parameters<Claims['pin']>): Promise<number> {
    await super.pin(holdId, nowMs, tx)
    return (await this.listOfHold(holdId, tx)).length
  }
}

class AlwaysActiveHolds extends Holds {
  override async lock(...args: Parameters<Holds['lock']>): Promise<HoldRow | null> {
    const hold = await super.lock(...args)
    return hold ? { ...hold, status: 'active' } : null
  }
}

/** Sees the booking as it was before another payment changed it. */
class StaleBookings extends Bookings {
  override async lock(...args: Parameters<Bookings['lock']>): Promise<LockedBooking | null> {
    const booking = await super.lock(...args)
    return booking ? { ...booking, status: 'awaiting_payment' } : null
  }
}

/** Takes an answer that says nothing for a no, and sends the charge again under new keys. */
function impatient(provider: PaymentProvider): PaymentProvider {
  const orders = new Map<string, Parameters<PaymentProvider['createIntent']>[0]>()
  return {
    ...provider,
    createIntent(order) {
      orders.set(order.paymentId, order)
      return provider.createIntent(order)
    },
    async confirm(intentId, { paymentId, paymentMethod }) {
      const first = await provider.confirm(intentId, { paymentId, paymentMethod })
      const order = orders.get(paymentId)
      if (first.kind !== 'unknown' || !order) return first
      const again = { ...order, paymentId: newId('payment') }
      return provider.confirm((await provider.createIntent(again)).id, { paymentId: again.paymentId, paymentMethod })
    },
  }
}

/** Adds up what goes back of a payment as it was before anything did. */
class StaleRefunds extends Refunds {
  override async sumReserved(): Promise<number> {
    return Promise.resolve(0)
  }
}

/** Adds up what goes back of a payment, and takes its time before it is used. */
class SlowRefunds extends Refunds {
  override async sumReserved(...args: Parameters<Refunds['sumReserved']>): Promise<number> {
    const sum = await super.sumReserved(...args)
    await sleep(30)
    return sum
  }
}

/** Remembers no refund of the provider's that has failed. */
class ForgivingRefunds extends Refunds {
  override async hasFailed(): Promise<boolean> {
    return Promise.resolve(false)
  }
}

class UnlockedBookings extends Bookings {
  override async lock(...args: Parameters<Bookings['lock']>): Promise<LockedBooking | null> {
    return this.find(...args)
  }
}
class UnlockedHolds extends Holds {
  override async lock(...args: Parameters<Holds['lock']>): Promise<HoldRow | null> {
    return this.find(...args)
  }
}
class UnlockedPayments extends Payments {
  override async lock(...args: Parameters<Payments['lock']>): Promise<PaymentRow | null> {
    return this.find(...args)
  }
}

/** Does not see a booking that was made after it was first looked for. */
class OnceAskedBookings extends Bookings {
  override async findByHold(...[holdId, tx]: Parameters<Bookings['findByHold']>): ReturnType<Bookings['findByHold']> {
    return tx ? null : super.findByHold(holdId)
  }
}

/** Takes every hold for one that is in time. */
class UnlapsingHolds extends Holds {
  readonly #db: Database

  constructor(db: Database) {
    super(db)
    this.#db = db
  }

  override async lock(...[id, tx]: Parameters<Holds['lock']>): Promise<HoldRow | null> {
    const hold = await super.lock(id, tx)
    return hold ? { ...hold, status: 'active', expiresAtMs: Math.max(hold.expiresAtMs, (await this.#db.now(tx)) + 1_000) } : null
  }
}

/** Says that all seats of a hold have been extended. */
class ExtendingClaims extends Claims {
  override async extend(...[holdId, times, tx]: Parameters<Claims['extend']>): Promise<number> {
    await super.extend(holdId, times, tx)
    const [hold] = await this.db.rows<{ seatCount: number }>('SELECT seat_count AS seatCount FROM holds WHERE id = :holdId', { holdId }, tx)
    return hold?.seatCount ?? 0
  }
}

/** Sweeps whatever it has once seen past its time. */
class HastyHolds extends Holds {
  override async lockLapsed(ids: readonly string[]): Promise<string[]> {
    return Promise.resolve([...ids].sort())
  }
}

/** Sees the payment as it was when it began. */
class StalePayments extends Payments {
  override async lock(...args: Parameters<Payments['lock']>): Promise<PaymentRow | null> {
    const payment = await super.lock(...args)
    return payment ? { ...payment, status: 'processing' } : null
  }
}

/** Also changes it from any status. */
class BackwardPayments extends StalePayments {
  override async transition(...[id, { to, chargeSlot = null }, tx]: Parameters<Payments['transition']>): Promise<number> {
    return this.db.run('UPDATE payments SET status = :to, charge_slot = :chargeSlot WHERE id = :id', { id, to, chargeSlot }, tx)
  }
}

/** Of what keeps a lapsed hold from being extended only the condition of its claims is left. */
export const withClaimsAlone = ({ db }: Pick<Parts, 'db'>) => ({ holds: new UnlapsingHolds(db) })

/** Of what keeps a payment from going back only the condition of its change is left. */
export const withConditionAlone = ({ db }: Pick<Parts, 'db'>) => ({ payments: new StalePayments(db) })

/** Of what keeps a booking from being charged twice only the unique slot of its charge is left. */
export const withSlotAlone = ({ db }: Pick<Parts, 'db'>) => ({
  claims: new TrustingClaims(db),
  holds: new AlwaysActiveHolds(db),
  bookings: new StaleBookings(db, defineModels(db.sequelize)),
})

/** What is put in the place of the wired parts, by the guard that is then missing. */
export const WITHOUT = {
  /** The condition under which a seat changes its owner. */
  'claims-primary-key': ({ db }) => ({ claims: new UnguardedClaims(db) }),
  /** The conditions that a hold is still live, and that its seats are still its own, when its payment begins. */
  'hold-conditions': ({ db }) => ({ claims: new TrustingClaims(db), holds: new AlwaysActiveHolds(db) }),
  /** The lock of the booking, the pin and the unique slot of a charge. */
  'charge-slot': (parts) => ({ ...withSlotAlone(parts), payments: new SlotlessPayments(parts.db) }),
  /** The rule that an error is not a no, and the key under which the provider charges once. */
  'charge-key': ({ provider }) => ({ provider: impatient(provider) }),
  /** The cancel at the provider, before it is believed that nothing was charged. */
  'charge-fence': ({ provider }) => ({ provider: { ...provider, cancel: async () => Promise.resolve(true) } }),
  /** The memory of requests. */
  idempotency: ({ db }) => ({ keys: new ForgetfulKeys(db) }),
  /** What binds a key to one request. */
  'key-fingerprint': ({ db }) => ({ keys: new CredulousKeys(db) }),
  /** The lock under which a user's holds are counted. */
  'hold-quota': ({ db }) => ({ quotas: new UnlockedQuotas(db) }),
  /** The second look for the booking of a hold, under the hold's lock. */
  'booking-of-hold': ({ db }) => ({ bookings: new OnceAskedBookings(db, defineModels(db.sequelize)) }),
  /** The conditions under which a hold is extended: it is in time, and its claims are. */
  extension: (parts) => ({ ...withClaimsAlone(parts), claims: new ExtendingClaims(parts.db) }),
  /** The sweeper's second look, under the hold's lock, whether the hold is still past its time and nobody pays for it. */
  'sweep-conditions': ({ db }) => ({ holds: new HastyHolds(db) }),
  /** The rule that a payment only goes forward. */
  'forward-only': ({ db }) => ({ payments: new BackwardPayments(db) }),
  /** The sum that refunds may not pass. */
  'refund-sum': ({ db }) => ({ refunds: new StaleRefunds(db) }),
  /** The locks under which that sum is true. SQLite has one writer and does not need them. */
  'refund-locks': ({ db }) => ({
    refunds: new SlowRefunds(db),
    bookings: new UnlockedBookings(db, defineModels(db.sequelize)),
    holds: new UnlockedHolds(db),
    payments: new UnlockedPayments(db),
  }),
  /** The memory of the provider's refunds that have failed. */
  'refund-failures': ({ db }) => ({ refunds: new ForgivingRefunds(db) }),
  /** The look at what the provider has, before a refund is sent again. */
  'refund-search': ({ provider }) => ({ provider: { ...provider, findRefund: async () => Promise.resolve(null) } }),
} as const satisfies Record<string, (parts: Parts) => Partial<Parts>>

export type Guard = keyof typeof WITHOUT
