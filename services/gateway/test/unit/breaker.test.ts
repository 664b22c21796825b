import { beforeEach, expect, test } from 'vitest'
import { Breaker, type BreakerState } from '../../src/proxy/breaker.ts'

const OPEN_MS = 1_000
let breaker: Breaker
let states: BreakerState[]
const fail = (times: number, nowMs = 0) => {
  for (let i = 0; i < times; i++) breaker.failed(nowMs)
}

beforeEach(() => {
  breaker = new Breaker()
  states = []
  breaker.onChange = (state) => void states.push(state)
})

test('breaker — four failures and an answer, again and again — stays closed', () => {
  for (let i = 0; i < 3; i++) {
    fail(4)
    breaker.succeeded()
  }
  expect(breaker.state).toBe('closed')
  expect(states).toEqual([])
})

test('breaker — the fifth failure in a row — opens, and admits nobody for a second', () => {
  fail(5)
  expect(states).toEqual(['open'])
  expect([0, OPEN_MS - 1, OPEN_MS].map((nowMs) => breaker.admits(nowMs))).toEqual([false, false, true])
})

test('breaker — half open — admits one probe, and the next a second later if nothing came of it', () => {
  fail(5)
  breaker.begin(OPEN_MS)
  expect(breaker.state).toBe('half_open')
  expect([OPEN_MS, 2 * OPEN_MS - 1, 2 * OPEN_MS].map((nowMs) => breaker.admits(nowMs))).toEqual([false, false, true])
})

test('breaker — a probe that is answered — closes it, and the count begins anew', () => {
  fail(5)
  breaker.begin(OPEN_MS)
  breaker.succeeded()
  fail(4, OPEN_MS)
  expect(states).toEqual(['open', 'half_open', 'closed'])
  expect(breaker.admits(OPEN_MS)).toBe(true)
})

test('breaker — a probe that fails — opens it for another second', () => {
  fail(5)
  breaker.begin(OPEN_MS)
  breaker.failed(OPEN_MS + 10)
  expect(states).toEqual(['open', 'half_open', 'open'])
  expect(breaker.admits(2 * OPEN_MS)).toBe(false)
  expect(breaker.admits(2 * OPEN_MS + 10)).toBe(true)
})
