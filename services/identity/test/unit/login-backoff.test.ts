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

test('the tries at an account — fewer than the number in each minute — never wait', () => {
  const account = new Account()
  for (let minute = 0; minute < 10; minute += 1) {
    expect(account.tries(3)).toEqual([0, 0, 0])
    account.nowMs += 60_000
  }
})
