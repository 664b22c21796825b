import { describe, expect, test } from 'vitest'
import { ADDRESS_QUOTA, countMail, DAY_MS, HOUR_MS, type MailCount, type MailQuota, USER_QUOTA } from '../../src/domain/mail-counts.ts'
import { LINK_LIFE_MS } from '../../src/domain/mail-links.ts'

const NONE: MailCount = { lastAtMs: 0, hourStartMs: 0, hourCount: 0, dayStartMs: 0, dayCount: 0 }
const START_MS = 1_800_000_000_000
const MINUTE_MS = 60_000

/** Asks every minute for so long; the moments at which a mail went, counted from the first. */
function sentWhenAskedEachMinute(quota: MailQuota, forMs: number): number[] {
  let count = NONE
  const sentMs: number[] = []
  for (let ms = 0; ms < forMs; ms += MINUTE_MS) {
    const next = countMail(count, { quota, nowMs: START_MS + ms })
    if (next) sentMs.push(ms)
    count = next ?? count
  }
  return sentMs
}

describe('links asked for every minute', () => {
  test('verifications of an address — are three an hour and ten a day', () => {
    const sent = sentWhenAskedEachMinute(ADDRESS_QUOTA.verify_email, 2 * DAY_MS)
    expect(sent.filter((ms) => ms < HOUR_MS)).toEqual([0, MINUTE_MS, 2 * MINUTE_MS])
    expect(sent.filter((ms) => ms < DAY_MS)).toHaveLength(10)
    expect(sent).toHaveLength(20)
  })

  test('resets — are never so few that the last link has expired', () => {
    const sent = sentWhenAskedEachMinute(ADDRESS_QUOTA.reset_password, 2 * DAY_MS)
    const gaps = sent.map((ms, index) => (sent[index + 1] ?? 2 * DAY_MS) - ms)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(LINK_LIFE_MS.reset_password)
    expect(sent.filter((ms) => ms < DAY_MS).length).toBeLessThan(32)
  })

  test('links of a user — are ten a day, as quickly as he likes', () => {
    expect(sentWhenAskedEachMinute(USER_QUOTA, DAY_MS)).toHaveLength(10)
  })

  test('a second one — within a minute — does not go, at the minute it does', () => {
    const quota = ADDRESS_QUOTA.reset_password
    const first = countMail(NONE, { quota, nowMs: START_MS }) ?? NONE
    expect(countMail(first, { quota, nowMs: START_MS + MINUTE_MS - 1 })).toBeNull()
    expect(countMail(first, { quota, nowMs: START_MS + MINUTE_MS })).toMatchObject({ hourCount: 2, dayCount: 2, hourStartMs: START_MS })
  })
})
