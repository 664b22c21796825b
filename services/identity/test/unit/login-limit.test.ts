import { Refusal } from '@skyhold/platform'
import { expect, test } from 'vitest'
import { createLoginLimit, type LoginLimit } from '../../src/services/login-limit.ts'

const EMAIL = 'passenger@mail.example'
const HOUR_MS = 3_600_000

/** A limit of three tries with a clock that the test moves. */
function limitOfThree(options: { rememberedMax?: number } = {}) {
  const clock = { ms: 1_000_000 }
  return { clock, limit: createLoginLimit({ quota: 3, now: () => clock.ms, ...options }) }
}

/** Seconds to wait, or 0 when the try was let through; it fails then. */
function tryOnce(limit: LoginLimit, { email = EMAIL, knownPlace = null }: { email?: string; knownPlace?: string | null } = {}): number {
  try {
    limit.take({ email, knownPlace })
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expect(error.code).toBe('rate_limited')
    return error.options.retryAfterSeconds ?? Number.NaN
  }
}

const triesOf = (limit: LoginLimit, count: number, email = EMAIL) => Array.from({ length: count }, () => tryOnce(limit, { email }))

test('the login limit — one try too many, in any spelling of the address — says how long to wait, and holds until then', () => {
  const { limit, clock } = limitOfThree()
  expect(triesOf(limit, 2)).toEqual([0, 0])
  clock.ms += 10_000
  expect(triesOf(limit, 3, ' Passenger@MAIL.example ')).toEqual([0, 50, 50])
  clock.ms += 49_999
  expect(tryOnce(limit)).toBe(1)
  clock.ms += 1
  expect(tryOnce(limit)).toBe(0)
})

test('the login limit — used up again and again — waits twice as long each time, up to a quarter of an hour', () => {
  const { limit, clock } = limitOfThree()
  const waits = Array.from({ length: 7 }, () => {
    const wait = triesOf(limit, 4).at(-1) ?? 0
    clock.ms += wait * 1000
    return wait
  })
  expect(waits).toEqual([60, 120, 240, 480, 900, 900, 900])
  clock.ms += HOUR_MS
  expect(triesOf(limit, 4)).toEqual([0, 0, 0, 60])
})

test('the login limit — tries that were right — count nothing, however many', () => {
  const { limit } = limitOfThree()
  for (let round = 0; round < 20; round += 1) limit.take({ email: EMAIL, knownPlace: null }).giveBack()
  expect(triesOf(limit, 4)).toEqual([0, 0, 0, 60])
})

test('the login limit — a try given back twice, or in a later minute — gives no more than its own', () => {
  const { limit, clock } = limitOfThree()
  const first = limit.take({ email: EMAIL, knownPlace: null })
  const late = limit.take({ email: EMAIL, knownPlace: null })
  first.giveBack()
  first.giveBack()
  expect(triesOf(limit, 3)).toEqual([0, 0, 60])
  clock.ms += 60_000
  expect(triesOf(limit, 3)).toEqual([0, 0, 0])
  late.giveBack()
  expect(tryOnce(limit)).toBeGreaterThan(0)
})

test('the login limit — many at once, none answered yet — lets no more through than its number', () => {
  const { limit } = limitOfThree()
  expect(triesOf(limit, 100).filter((wait) => wait === 0)).toHaveLength(3)
})

test('the login limit — an account under attack — leaves its known address, and every other account, their own tries', () => {
  const { limit } = limitOfThree()
  triesOf(limit, 50)
  expect(tryOnce(limit, { knownPlace: '192.0.2.7' })).toBe(0)
  expect(tryOnce(limit, { email: 'other@mail.example' })).toBe(0)
})

test('the login limit — told to forget an account — lets it be tried at once', () => {
  const { limit } = limitOfThree()
  triesOf(limit, 5)
  limit.forget(EMAIL.toUpperCase())
  expect(tryOnce(limit)).toBe(0)
})

test('the login limit — of more accounts than it remembers — forgets the one that has been quiet for longest', () => {
  const { limit } = limitOfThree({ rememberedMax: 2 })
  triesOf(limit, 3, 'a@mail.example')
  triesOf(limit, 3, 'b@mail.example')
  expect(tryOnce(limit, { email: 'a@mail.example' })).toBeGreaterThan(0)
  tryOnce(limit, { email: 'c@mail.example' })
  expect(tryOnce(limit, { email: 'a@mail.example' })).toBeGreaterThan(0)
  expect(tryOnce(limit, { email: 'b@mail.example' })).toBe(0)
})

test('the login limit — of 0 — limits nothing', () => {
  const limit = createLoginLimit({ quota: 0, now: Date.now })
  expect(triesOf(limit, 500).every((wait) => wait === 0)).toBe(true)
})
