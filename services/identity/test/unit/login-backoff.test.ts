import { expect, test } from 'vitest'
import { admitTry, type LoginTries } from '../../src/domain/login-backoff.ts'

const HOUR_MS = 3_600_000

/** An account with three tries a minute, all of which fail, at times that the test says. */
class Account {
  #tries: LoginTries = { failed: 0, windowStartMs: 0, closedUntilMs: 0, strikes: 0 }
  nowMs = 1_000_000

  /** How long the next one has to wait; 0 when it was let through. */
  try(): number {
    const { tries, waitMs } = admitTry(this.#tries, { quota: 3, nowMs: this.nowMs })
    this.#tries = tries
    return waitMs / 1000
  }

  tries(count: number): number[] {
    return Array.from({ length: count }, () => this.try())
  }
}

test('the tries at an account — one too many — say how long to wait, and the wait holds until then', () => {
  const account = new Account()
  expect(account.tries(2)).toEqual([0, 0])
  account.nowMs += 10_000
  expect(account.tries(3)).toEqual([0, 50, 50])
  account.nowMs += 49_999
  expect(account.try()).toBe(0.001)
  account.nowMs += 1
  expect(account.try()).toBe(0)
})

test('the tries at an account — used up again and again — cost twice the wait each time, up to a quarter of an hour', () => {
  const account = new Account()
  const waits = Array.from({ length: 7 }, () => {
    const wait = account.tries(4).at(-1) ?? 0
    account.nowMs += wait * 1000
    return wait
  })
  expect(waits).toEqual([60, 120, 240, 480, 900, 900, 900])
  account.nowMs += HOUR_MS
  expect(account.tries(4)).toEqual([0, 0, 0, 60])
})

test('the tries at an account — that stop at the number in each minute, or one short of it — are about two thousand a day', () => {
  const DAY_MS = 24 * HOUR_MS
  for (const perMinute of [20, 19, 7]) {
    let tries: LoginTries = { failed: 0, windowStartMs: 0, closedUntilMs: 0, strikes: 0 }
    let admitted = 0
    for (let minuteMs = DAY_MS; minuteMs < 2 * DAY_MS; minuteMs += 60_000)
      for (let n = 0; n < perMinute; n += 1) {
        const admission = admitTry(tries, { quota: 20, nowMs: minuteMs + n * 1_000 })
        tries = admission.tries
        if (admission.waitMs === 0) admitted += 1
      }
    expect(admitted).toBeGreaterThan(1_500)
    expect(admitted).toBeLessThan(2_200)
  }
})

test('the tries at an account — that make the most of what is forgotten in an hour — are no more than that', () => {
  const account = new Account()
  const beganMs = account.nowMs
  let admitted = 0
  // Three windows used up at once, the fourth left one short, and an hour waited: again and again.
  for (let round = 0; round < 100; round += 1) {
    for (let window = 0; window < 3; window += 1) {
      const waits = account.tries(4)
      admitted += waits.filter((wait) => wait === 0).length
      account.nowMs += (waits.at(-1) ?? 0) * 1000
    }
    admitted += account.tries(2).filter((wait) => wait === 0).length
    account.nowMs += HOUR_MS
  }
  const days = (account.nowMs - beganMs) / (24 * HOUR_MS)
  // Three tries each time here, and twenty there.
  expect((admitted / days) * (20 / 3)).toBeLessThan(2_200)
})

test('the tries at an account — fewer than the number in an hour — never wait', () => {
  const account = new Account()
  for (let hour = 0; hour < 10; hour += 1) {
    expect(account.tries(2)).toEqual([0, 0])
    account.nowMs += HOUR_MS
  }
})
