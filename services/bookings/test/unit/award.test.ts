import { describe, expect, test } from 'vitest'
import { retryAfterSeconds, type TakenSeat, unavailable } from '../../src/domain/award.ts'

const NOW = 1_000_000
const held = (seat: string, heldUntilMs: number | null): TakenSeat => ({ flightId: 'flt_1', seat, status: 'held', heldUntilMs })

describe('when it is worth coming back', () => {
  test('held seats — of different times — when the last of them lapses, rounded up', () => {
    expect(retryAfterSeconds([held('1A', NOW + 4_001), held('1B', NOW + 2_000)], NOW)).toBe(5)
  })
  test('a held seat — about to lapse — in a second, never at once', () => {
    expect(retryAfterSeconds([held('1A', NOW + 1)], NOW)).toBe(1)
  })
  test('a seat that is being paid for — which has no time — in half a minute', () => {
    expect(retryAfterSeconds([held('1A', null)], NOW)).toBe(30)
  })
  test.each(['sold', 'blocked'] as const)('a %s seat — among held ones — is not told, since it does not come back', (status) => {
    expect(retryAfterSeconds([held('1A', NOW + 1), { ...held('1B', null), status }], NOW)).toBeUndefined()
  })
})

describe('the refusal of who comes too late', () => {
  test('held seats — are named with their time and Retry-After', () => {
    const { code, message, options } = unavailable([held('1A', NOW + 2_000)], NOW)
    expect([code, message]).toEqual(['seat_unavailable', '1A is not available; held for up to 2 s.'])
    expect(options).toMatchObject({
      retryAfterSeconds: 2,
      members: { seats: [{ flightId: 'flt_1', designator: '1A', status: 'held', heldUntil: new Date(NOW + 2_000).toISOString() }] },
    })
  })
  test('sold seats — are named without a time', () => {
    const { message, options } = unavailable(
      [
        { ...held('1A', null), status: 'sold' },
        { ...held('1B', null), status: 'sold' },
      ],
      NOW,
    )
    expect(message).toBe('1A, 1B are not available.')
    expect(options.retryAfterSeconds).toBeUndefined()
  })
})
