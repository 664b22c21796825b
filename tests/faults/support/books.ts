import { createLogger, type Database, openDatabase } from '@skyhold/platform'
import { readMails } from '../../../tools/verify/src/observe/outside.ts'
import type { Mail } from '../../../tools/verify/src/observe/observations.ts'
import type { Charge, Reply } from '../../e2e/support/traveller.ts'

/** Who may read everybody's bookings, and have the system check itself. */
export interface Administrator {
  call<T>(method: string, path: string): Promise<Reply<T>>
}

export interface Places {
  /** Their URLs, by service. */
  databases: Readonly<Record<string, string>>
  simulatorUrl: string
  mailboxUrl: string
  /** Signs in anew: the files of tests take longer than a token lives. */
  administrator: () => Promise<Administrator>
}

export type Databases = Readonly<Record<string, Database>>

/** Everything that is written down, read from outside: rows, the provider's ledger, the mail. Also while the API may hang. */
export class Books {
  readonly #places: Places

  constructor(places: Places) {
    this.#places = places
  }

  async open<T>(services: readonly string[], read: (databases: Databases) => Promise<T>): Promise<T> {
    const opened = Object.fromEntries(
      services.map((service) => [
        service,
        openDatabase({
          url: this.#places.databases[service] ?? '',
          pool: { max: 2 },
          logger: createLogger({ service: 'faults', level: 'silent' }),
        }),
      ]),
    )
    try {
      return await read(opened)
    } finally {
      await Promise.all(Object.values(opened).map((db) => db.close()))
    }
  }

  async query<T extends object>(
    service: string,
    sql: string,
    values: Record<string, string | number | readonly string[]> = {},
  ): Promise<T[]> {
    return this.open([service], async (databases) => (await databases[service]?.rows<T>(sql, values)) ?? [])
  }

  async statusOf(bookingId: string): Promise<string> {
    const [row] = await this.query<{ status: string }>('bookings', 'SELECT status FROM bookings WHERE id = :bookingId', { bookingId })
    return row?.status ?? 'none'
  }

  /** How many holds the owner of this booking has ever taken. */
  async holdsOfOwner(bookingId: string): Promise<number> {
    const sql = 'SELECT id FROM holds WHERE user_id = (SELECT user_id FROM bookings WHERE id = :bookingId)'
    return (await this.query('bookings', sql, { bookingId })).length
  }

  async ledger(): Promise<Charge[]> {
    const response = await fetch(`${this.#places.simulatorUrl}/ledger`)
    return ((await response.json()) as { charges: Charge[] }).charges
  }

  /** How often the provider has charged for a booking without giving it back. */
  async chargesOf(bookingId: string): Promise<number> {
    return (await this.ledger()).filter(
      ({ metadata, refundedMinor, amountMinor }) => metadata.bookingId === bookingId && refundedMinor < amountMinor,
    ).length
  }

  /** All that anybody got. The mailbox shows the copies of one Message-ID as one. */
  async mails(): Promise<Mail[]> {
    return (await readMails(this.#places.mailboxUrl, null)).mails
  }

  administrator(): Promise<Administrator> {
    return this.#places.administrator()
  }
}
