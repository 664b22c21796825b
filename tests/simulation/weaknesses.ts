import { type Bus, CommitUnknown, type Database, type Transaction } from '@skyhold/platform'
import type { KeyRecord } from '../../services/bookings/src/domain/idempotency.ts'
import { defineModels } from '../../services/bookings/src/models/index.ts'
import { Audit } from '../../services/bookings/src/repositories/audit.ts'
import { Bookings } from '../../services/bookings/src/repositories/bookings.ts'
import { IdempotencyKeys } from '../../services/bookings/src/repositories/idempotency-keys.ts'
import { type PaymentRow, Payments } from '../../services/bookings/src/repositories/payments.ts'
import { WITHOUT } from '../../services/bookings/test/support/weakened.ts'
import type { Replace } from './replica.ts'

/** A guard that is taken away, and the invariant that must then be seen to break. */
export interface Weakness {
  name: string
  breaks: RegExp
  replace: Replace
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

/** Says that a booking is confirmed and leaves it as it is. */
class UnconfirmedBookings extends Bookings {
  override async transition(...[ids, to, tx]: Parameters<Bookings['transition']>): Promise<number> {
    return to === 'confirmed' ? ids.length : super.transition(ids, to, tx)
  }
}

/** Writes nothing down of what it sweeps. */
class SilentAudit extends Audit {
  override async appendForHolds(): Promise<void> {
    await Promise.resolve()
  }
}

/** Never finds a payment that somebody has left. */
class UnwatchedPayments extends Payments {
  override async listDue(): Promise<PaymentRow[]> {
    return []
  }
}

/** Sends an event and does not wait to hear that the broker has it. */
const unconfirmed = (bus: Bus): Bus => ({ ...bus, publish: (event) => bus.publish(event).catch(() => undefined) })

/** Takes a commit that nobody has answered for one that has happened. */
const hopeful = (db: Database): Database =>
  new Proxy(db, {
    get(target, name) {
      if (name === 'transaction') return (...[work, options]: Parameters<Database['transaction']>) => hope(target, work, options)
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })

async function hope(db: Database, ...[work, options]: Parameters<Database['transaction']>): Promise<unknown> {
  let result: unknown
  const remembered = async (tx: Transaction) => (result = await work(tx))
  try {
    return await db.transaction(remembered, options)
  } catch (error) {
    if (error instanceof CommitUnknown) return result
    throw error
  }
}

export const WEAKNESSES: readonly Weakness[] = [
  { name: 'the condition of a take-over', breaks: /^I1:/, replace: WITHOUT['claims-primary-key'] },
  { name: 'the key of the charge', breaks: /^I2:/, replace: WITHOUT['charge-key'] },
  {
    name: 'the confirmation in the transaction of the money',
    breaks: /^I3:/,
    replace: ({ db }) => ({ bookings: new UnconfirmedBookings(db, defineModels(db.sequelize)) }),
  },
  { name: 'the charge slot', breaks: /^I4:/, replace: WITHOUT['charge-slot'] },
  { name: 'the memory of the keys', breaks: /^I5:/, replace: ({ db }) => ({ keys: new ForgetfulKeys(db) }) },
  { name: 'the confirm of the broker', breaks: /^I6:/, replace: ({ bus }) => ({ bus: unconfirmed(bus) }) },
  { name: 'the audit of the sweeper', breaks: /^I7:/, replace: ({ db }) => ({ audit: new SilentAudit(db) }) },
  { name: 'the recovery of payments', breaks: /^I9:/, replace: ({ db }) => ({ payments: new UnwatchedPayments(db) }) },
  { name: 'the doubt about a commit without an answer', breaks: /^I11:/, replace: ({ db }) => ({ db: hopeful(db) }) },
]
