import type { Booking } from '@skyhold/contracts'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { fillBookingSearch } from '../../src/services/fill-booking-search.ts'
import { sendRefunds } from '../../src/services/send-refunds.ts'
import { cancelNow } from '../support/cancelling.ts'
import { expectIntegrity } from '../support/integrity.ts'
import { bookingOf, payNow, useShop } from '../support/paying.ts'

// While a new version is rolled out, replicas of the old one go on over the tables that the new one has changed. Between two versions a column or a table may
// come, and nothing may go (docs/operations.md): this is what the old one then meets.

describe.each(databases())('an older version on $name beside a newer one', ({ create }) => {
  // On a database of its own, for its tables are changed.
  const shop = useShop(() => create())

  /** What the migrations of a later version do: every table has a column more, there is a table more, and the list of what has run is longer. */
  async function migrateOn(): Promise<void> {
    const { db } = shop.first.parts
    const tables = await db.rows<{ name: string }>(
      db.dialect === 'sqlite'
        ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'schema_migrations' ORDER BY name`
        : `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> 'schema_migrations' ORDER BY TABLE_NAME`,
    )
    expect(tables.length).toBeGreaterThan(15)
    for (const { name } of tables) await db.run(`ALTER TABLE ${name} ADD COLUMN of_a_later_version INTEGER NOT NULL DEFAULT 7`)
    await db.run('CREATE TABLE things_of_a_later_version (id INTEGER PRIMARY KEY)')
    await db.run(`INSERT INTO schema_migrations (name, applied_at) VALUES ('9999-a-later-version', 0)`)
  }

  test('a replica that runs, and one that starts — over tables that a later version has changed — sell, charge and cancel as before', async () => {
    const before = await shop.order('ada')
    const begun = await shop.order('bea')
    await migrateOn()
    await payNow(before)
    await payNow(begun)
    expect(await bookingOf(before)).toMatchObject({ status: 'confirmed' })

    const restarted = await shop.addReplica()
    const after = await shop.order('cid')
    await payNow({ ...after, client: restarted.asUser('cid') })
    expect(await bookingOf(after)).toMatchObject({ status: 'confirmed' })
    await cancelNow(restarted, before)
    await sendRefunds(restarted.parts)
    expect(await bookingOf(before)).toMatchObject({ status: 'cancelled' })
    await expectIntegrity(shop.first)
  })

  test('a booking — that a replica of the version before makes after the migration, without what agents search by — is found once the job has run', async () => {
    const { parts } = shop.first
    const { booking, flight } = await shop.order('dov')
    const agent = shop.first.asUser('agent', ['agent'])
    const found = async () => (await agent.get<{ data: Booking[] }>(`/bookings?flightId=${flight.id}&familyName=Berg`)).body.data
    // As it leaves them: its INSERT does not know the column, whose default is empty, and the table not at all.
    await parts.db.run(`UPDATE passengers SET comparable_name = '' WHERE booking_id = :id`, { id: booking.id })
    await parts.db.run('DELETE FROM booking_flights WHERE booking_id = :id', { id: booking.id })
    expect(await found()).toEqual([])
    expect(await fillBookingSearch(parts)).toBe(1)
    expect((await found()).map(({ id }) => id)).toEqual([booking.id])
    expect(await fillBookingSearch(parts)).toBe(0)
  })
})
