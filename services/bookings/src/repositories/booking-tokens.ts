import { createHash } from 'node:crypto'
import { type Database, newSecret } from '@skyhold/platform'

/** What a look-up by reference and name gives: opaque, good for one booking and one hour. Only its hash is kept, so that a stolen table opens nothing. */
export class BookingTokens {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async issue(bookingId: string, expiresAtMs: number): Promise<string> {
    const token = `bkt_${newSecret()}`
    await this.#db.run('INSERT INTO booking_tokens (token_hash, booking_id, expires_at) VALUES :rows', {
      rows: [[hash(token), bookingId, expiresAtMs]],
    })
    return token
  }

  /** The booking that the token opens, or null. */
  async findBookingId(token: string, nowMs: number): Promise<string | null> {
    const [row] = await this.#db.rows<{ bookingId: string }>(
      'SELECT booking_id AS bookingId FROM booking_tokens WHERE token_hash = :hash AND expires_at > :nowMs',
      { hash: hash(token), nowMs },
    )
    return row?.bookingId ?? null
  }

  /** So many at most; how many there were. */
  purge(nowMs: number, limit: number): Promise<number> {
    return this.#db.run(
      this.#db.dialect === 'sqlite'
        ? `DELETE FROM booking_tokens WHERE rowid IN (SELECT rowid FROM booking_tokens WHERE expires_at <= :nowMs LIMIT ${limit})`
        : `DELETE FROM booking_tokens WHERE expires_at <= :nowMs ORDER BY expires_at LIMIT ${limit}`,
      { nowMs },
    )
  }
}

const hash = (token: string) => createHash('sha256').update(token).digest('hex')
