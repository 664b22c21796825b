import { Refusal } from '@skyhold/platform'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { TURN_MS } from '../../src/domain/place-in-line.ts'
import { LINES_MAX, memoryLines, sharedLines } from '../../src/policies/lines.ts'
import { createWaitingRoom, type WaitingRoom } from '../../src/policies/waiting-room.ts'
import { LineClock } from '../support/line-clock.ts'

/** Ten a minute: one every six seconds. */
const INTERVAL_MS = 6_000
const [FLIGHT, OTHER] = ['flt_1', 'flt_2']
let clock: LineClock
let room: WaitingRoom

const roomWith = (secret: string) =>
  createWaitingRoom({ lines: memoryLines({ intervalMs: INTERVAL_MS, now: clock.now }), secret, intervalMs: INTERVAL_MS, now: clock.now })
beforeEach(() => {
  clock = new LineClock()
  room = roomWith('a secret')
})

/** `in`, or the seconds after which to come back. */
async function tryToBuy(userId: string, places?: string, flightIds = [FLIGHT]): Promise<'in' | number | undefined> {
  try {
    await room.assertTurn({ flightIds, userId, places })
    return 'in'
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'waiting_room') throw error
    return error.options.retryAfterSeconds
  }
}

describe('waiting room: order and rate', () => {
  test('places — taken one after the other — are admitted in that order, one an interval', async () => {
    const places = []
    for (const user of ['ada', 'bob', 'cid', 'dan']) places.push(await room.takePlace(FLIGHT, user))
    expect(places.map(({ position, admittedInSeconds }) => [position, admittedInSeconds])).toEqual([
      [0, 0],
      [1, 6],
      [2, 12],
      [3, 18],
    ])
    clock.pass(12)
    expect(places.map(({ place }) => room.showPlace(place)?.position)).toEqual([0, 0, 0, 1])
  })

  test('a hundred people at once — over ten minutes — begin at the rate and never faster', async () => {
    const places = await Promise.all(Array.from({ length: 100 }, (_, i) => room.takePlace(FLIGHT, `usr_${i}`)))
    for (let minute = 0; minute < 10; minute++) {
      const admitted = places.filter(({ place }) => room.showPlace(place)?.position === 0 || room.showPlace(place) === null)
      expect(admitted.length).toBe(minute * 10 + 1)
      clock.pass(60)
    }
  })

  test('purchases without a place — while nobody is in line — begin at the rate', async () => {
    expect([await tryToBuy('ada'), await tryToBuy('bob')]).toEqual(['in', 6])
    clock.pass(6)
    expect([await tryToBuy('bob'), await tryToBuy('cid')]).toEqual(['in', 6])
  })

  test('somebody without a place — while others are in line — does not get past them', async () => {
    await tryToBuy('ada')
    const { place } = await room.takePlace(FLIGHT, 'bob')
    await room.takePlace(FLIGHT, 'cid')
    clock.pass(6)
    expect([await tryToBuy('eve'), await tryToBuy('bob', place)]).toEqual([12, 'in'])
  })

  test('two — at the same instant, for one turn — one is in, the other waits', async () => {
    expect((await Promise.all([tryToBuy('ada'), tryToBuy('bob')])).sort()).toEqual([6, 'in'])
    const places = await Promise.all([room.takePlace(FLIGHT, 'cid'), room.takePlace(FLIGHT, 'dan')])
    expect(places.map(({ admittedInSeconds }) => admittedInSeconds)).toEqual([6, 12])
  })

  test('the same person — asking again — has the same place', async () => {
    await room.takePlace(FLIGHT, 'ada')
    const first = await room.takePlace(FLIGHT, 'bob')
    clock.pass(2)
    expect(await room.takePlace(FLIGHT, 'bob')).toEqual({ ...first, admittedInSeconds: 4 })
    expect((await room.takePlace(FLIGHT, 'cid')).admittedInSeconds).toBe(10)
  })

  test('each flight — has a line of its own; a purchase of two needs its turn at both', async () => {
    await tryToBuy('ada')
    expect(await tryToBuy('dan', undefined, [OTHER])).toBe('in')
    clock.pass(6)
    const first = await room.takePlace(FLIGHT, 'bob')
    await tryToBuy('cid', undefined, [OTHER])
    const second = await room.takePlace(OTHER, 'bob')
    expect(await tryToBuy('bob', first.place, [FLIGHT, OTHER])).toBe(12)
    clock.pass(12)
    expect(await tryToBuy('bob', `${first.place}, ${second.place}`, [FLIGHT, OTHER])).toBe('in')
  })

  test('a place — before its turn, during it and after — waits, is good again and again, and lapses', async () => {
    await tryToBuy('ada')
    const { place, lapsesAt } = await room.takePlace(FLIGHT, 'bob')
    for (const user of ['x', 'y']) await room.takePlace(FLIGHT, user)
    expect(await tryToBuy('bob', place)).toBe(6)
    clock.pass(6)
    expect([await tryToBuy('bob', place), await tryToBuy('bob', place)]).toEqual(['in', 'in'])
    expect(lapsesAt).toBe(new Date(clock.ms + TURN_MS).toISOString())
    clock.pass(TURN_MS / 1000 + 1)
    expect(room.showPlace(place)).toBeNull()
    await tryToBuy('zoe')
    expect(await tryToBuy('bob', place)).toBe(6)
    expect((await room.takePlace(FLIGHT, 'bob')).place).not.toBe(place)
  })
})

describe('waiting room: who has passed', () => {
  test('somebody who has passed — trying again — passes for as long as a turn lasts, and keeps nobody waiting by it', async () => {
    expect([await tryToBuy('ada'), await tryToBuy('ada')]).toEqual(['in', 'in'])
    clock.pass(6)
    expect([await tryToBuy('ada'), await tryToBuy('bob')]).toEqual(['in', 'in'])
    clock.pass(TURN_MS / 1000 - 6)
    await room.takePlace(FLIGHT, 'cid')
    expect(await tryToBuy('ada')).toBe('in')
    clock.pass(1)
    expect(await tryToBuy('ada')).toBe(5)
  })

  test('a purchase of two flights — refused at one — takes no turn at the other', async () => {
    for (const user of ['x', 'y']) await room.takePlace(OTHER, user)
    expect(await tryToBuy('ada', undefined, [FLIGHT, OTHER])).toBe(12)
    expect(await tryToBuy('bob')).toBe('in')
  })

  test('a list of places — one that has lapsed before a fresh one of the same flight — counts the fresh one', async () => {
    const old = await room.takePlace(FLIGHT, 'ada')
    clock.pass(TURN_MS / 1000 + 60)
    const fresh = await room.takePlace(FLIGHT, 'ada')
    await room.takePlace(FLIGHT, 'bob')
    expect(await tryToBuy('ada', `${old.place}, ${fresh.place}`)).toBe('in')
  })
})

describe('lines: flights that somebody has made up', () => {
  const lines = () => memoryLines({ intervalMs: INTERVAL_MS, now: clock.now })

  test('as many as there may be — leave the lines that there are, and a further flight has none until theirs have gone', async () => {
    const many = lines()
    await many.join(FLIGHT, 'ada')
    for (let i = 1; i < LINES_MAX; i++) await many.pass(`flt_x${i}`, 'mallory')
    expect([await many.pass(OTHER, 'bob'), await many.pass(OTHER, 'cid')]).toEqual([0, 0])
    expect(await many.pass(FLIGHT, 'bob')).toBe(INTERVAL_MS)
    clock.pass(6)
    expect([await many.pass(OTHER, 'bob'), await many.pass(OTHER, 'cid')]).toEqual([0, INTERVAL_MS])
  })

  test('a look at all lines — at every call past their number — is taken once in a while only', async () => {
    const looks = vi.spyOn(Map.prototype, Symbol.iterator)
    try {
      const many = lines()
      for (let i = 0; i < LINES_MAX + 500; i++) await many.pass(`flt_x${i}`, 'mallory')
      expect(looks.mock.contexts.filter((map) => (map as Map<string, unknown>).size === LINES_MAX)).toHaveLength(1)
    } finally {
      looks.mockRestore()
    }
  })
})

describe('waiting room: places are what they say', () => {
  test("a place — made up, changed, of another secret, another flight's or another person's — is none", async () => {
    const { place } = await room.takePlace(FLIGHT, 'ada')
    const foreign = (await roomWith('another secret').takePlace(FLIGHT, 'ada')).place
    const others = (await room.takePlace(OTHER, 'ada')).place
    const [, signature] = place.split('.')
    const forged = Buffer.from(JSON.stringify([FLIGHT, 'ada', 0])).toString('base64url')
    for (const given of [`${forged}.${signature}`, `${place}x`, `x${place}`, foreign, 'nonsense', '.', '', others])
      expect(await tryToBuy('ada', given), given).toBe(6)
    expect(await tryToBuy('bob', place)).toBe(6)
    expect(await tryToBuy('ada', place)).toBe('in')
    for (const given of [`${forged}.${signature}`, foreign, 'nonsense', '']) expect(room.showPlace(given)).toBeNull()
  })
})

test('shared lines — Redis away, or failing in between — go on in memory', async () => {
  const redis = { isReady: false, eval: () => Promise.reject(new Error('Redis is out of reach.')) }
  const lines = sharedLines({ redis, intervalMs: INTERVAL_MS, now: clock.now })
  expect(await lines.pass(FLIGHT, 'bob')).toBe(0)
  redis.isReady = true
  expect([await lines.waitOf(FLIGHT, 'cid'), await lines.pass(FLIGHT, 'cid'), await lines.join(FLIGHT, 'ada')]).toEqual([
    INTERVAL_MS,
    INTERVAL_MS,
    clock.ms + INTERVAL_MS,
  ])
})
