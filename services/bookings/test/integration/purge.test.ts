import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { purgeOld } from '../../src/services/purge-old.ts'
import { confirm, quote } from '../support/cancelling.ts'
import { payNow, useShop } from '../support/paying.ts'

const DAY_MS = 24 * 3_600_000
const STATES = ['received', 'applied', 'parked', 'ignored', 'dismissed']

describe.each(databases())('what nobody asks for any more on $name', ({ create }) => {
  const shop = useShop(create)
  const db = () => shop.first.parts.db
  const idsIn = async (table: 'provider_events' | 'cancellations') =>
    (await db().rows<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`)).map(({ id }) => id)

  test('events of the provider — older than thirty days, more than a batch — go, and those that wait for a person stay', async () => {
    const nowMs = await db().now()
    const rows = STATES.flatMap((state) =>
      [29, 31].flatMap((days) =>
        Array.from({ length: 5 }, (_, n) => [`evt_${state}_${days}_${n}`, 'refund.updated', state, 'why', '{}', nowMs - days * DAY_MS]),
      ),
    )
    await db().run('INSERT INTO provider_events (id, type, state, note, payload, received_at) VALUES :rows', { rows })
    await purgeOld(shop.first.parts, { batch: 2 })
    const kept = rows.map(([id]) => String(id)).filter((id) => !/_(?:applied|ignored|dismissed)_31_/.test(id))
    expect(await idsIn('provider_events')).toEqual(kept.toSorted())
    await purgeOld(shop.first.parts)
    expect(await idsIn('provider_events')).toEqual(kept.toSorted())
  })

  test('quotes — that nobody has taken up for a week — go, and cancellations that took place stay', async () => {
    const taken = await shop.order('ada')
    await payNow(taken)
    const superseded = await quote(taken)
    const confirmed = await quote(taken)
    await confirm(taken, confirmed)
    const open = await shop.order('bea')
    await payNow(open)
    const [older, newer] = [await quote(open), await quote(open)]
    const age = (days: number, id: string) =>
      db().run('UPDATE cancellations SET expires_at = expires_at - :ms WHERE id = :id', { ms: days * DAY_MS, id })
    for (const { id } of [superseded, confirmed, newer]) await age(8, id)
    await age(6, older.id)
    await purgeOld(shop.first.parts, { batch: 1 })
    expect(await idsIn('cancellations')).toEqual([confirmed.id, older.id].toSorted())
    // A new one may be asked for.
    expect((await quote(open)).status).toBe('quoted')
  })
})
