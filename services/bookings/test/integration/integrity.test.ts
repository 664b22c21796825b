import { databases } from '@skyhold/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { STEPS_OF_EVENT } from '../../src/integrity/events.ts'
import { TRAILS } from '../../src/integrity/trails.ts'
import { expireHolds } from '../../src/services/expire-holds.ts'
import { letLapse } from '../support/books.ts'
import { faultsInWords, isSaidOf } from '../support/faults-in-words.ts'
import { checkNow, expectIntegrity } from '../support/integrity.ts'
import { pay, payNow, useShop } from '../support/paying.ts'
import { PLANTED, plant } from '../support/planted-violations.ts'
import { holdSeats } from '../support/sales.ts'
import { type Sale, saleOf } from '../support/sold.ts'

describe.each(databases())('integrity of bookings on $name', ({ create }) => {
  const shop = useShop(create, { settings: { INTEGRITY_EVERY_SECONDS: '3600' } })
  let sale: Sale

  beforeAll(async () => {
    // A webhook that comes later would put right what a test has made wrong.
    await shop.provider.behave({ webhooksPaused: true })
    sale = await saleOf(shop, await shop.order('ada', { seats: ['1A', '1B'] }))
  })

  test('every check — after sales, declines, lapsed holds and live ones — has looked and found nothing', async () => {
    const declined = await shop.order('bea')
    await pay(declined.client, declined.booking.id, 'pm_card_visa_chargeDeclined')
    const lapsed = await shop.order('cid')
    await letLapse(shop.first, lapsed)
    await expireHolds(shop.first.parts)
    await holdSeats(shop.first.asUser('dot'), await shop.first.addFlight(), ['1A'])
    await payNow(await shop.order('eve', { seats: ['2A', '2B', '2C'] }))
    await expectIntegrity(shop.first)
  })

  test.each(PLANTED.map((planted) => [planted.check, planted.what, planted] as const))(
    '%s — %s — is reported',
    async (check, _what, planted) => {
      const { db } = shop.first.parts
      const putRight = await plant(db, planted, { ...sale, nowMs: await db.now() })
      const found = (await checkNow(shop.first)).get(check)
      await putRight()
      expect(found).toMatchObject({ status: 'violated' })
      expect(found?.violations).toBeGreaterThan(0)
      expect(found?.sample.join('\n')).toMatch(planted.says)
    },
  )

  test('I6.arrivals — what flights has said has not come — is reported, until it or something newer has', async () => {
    const { id } = await shop.first.addFlight()
    const [copy] = await shop.first.parts.flights.find([id])
    const sequence = (copy?.sequence ?? 0) + 1
    const publishedAtMs = (await shop.first.parts.db.now()) - 3_600_000
    shop.first.saidByFlights.push({ eventId: 'evt_said', type: 'flight.cancelled', aggregateId: id, sequence, publishedAtMs })
    const found = async () => (await checkNow(shop.first)).get('I6.arrivals')
    for (let again = 0; again < 2; again += 1)
      expect(await found()).toMatchObject({
        status: 'violated',
        violations: 1,
        sample: [expect.stringContaining(`evt_said flight.cancelled of ${id}, by flights`)],
      })
    await shop.first.parts.db.run('UPDATE flights SET sequence = :sequence WHERE id = :id', { id, sequence: sequence + 1 })
    expect(await found()).toMatchObject({ status: 'ok' })
  })

  test('every check — when all is right again — finds nothing, and each of them has been seen to fail', async () => {
    await expectIntegrity(shop.first)
    const names = [...(await checkNow(shop.first)).keys()].filter((name) => name !== 'I2.reconciliation' && name !== 'I6.arrivals')
    expect(new Set(PLANTED.map(({ check }) => check))).toEqual(new Set(names))
  })
})

describe('planted violations', () => {
  test('each thing that a check says is wrong — has one that is reported in these words', () => {
    const words = faultsInWords()
    expect(words.length).toBeGreaterThan(20)
    expect(words.filter((each) => !PLANTED.some((planted) => isSaidOf(planted, each)))).toEqual([])
  })

  test('each event and each kind of trail — has one', () => {
    const lines = Object.keys(STEPS_OF_EVENT).flatMap((type) => [
      `a change without its event: id_1 ${type}`,
      `an event without its change: evt_planted ${type}`,
    ])
    expect(lines.filter((line) => !PLANTED.some(({ says }) => says.test(line)))).toEqual([])
    expect(TRAILS.map(({ type }) => type).filter((type) => !PLANTED.some(({ says }) => says.source.startsWith(`${type} `)))).toEqual([])
  })
})
