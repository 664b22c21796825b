import { DEVELOPMENT_SECRET, type IntegrityEntry, type IntegrityReport } from '@skyhold/contracts'
import { createServiceTokens } from '@skyhold/platform'
import { expect } from 'vitest'
import type { RunningBookings } from './running-bookings.ts'

const tokens = createServiceTokens(DEVELOPMENT_SECRET, 'bookings')

/** Runs every check of the service now. */
export async function checkNow({ url }: RunningBookings): Promise<Map<string, IntegrityEntry>> {
  const response = await fetch(`${url}/internal/integrity/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokens.sign('bookings')}` },
  })
  expect(response.status).toBe(200)
  const { checks } = (await response.json()) as IntegrityReport
  return new Map(checks.map((check) => [check.name, check]))
}

/** Every check has looked and found nothing. */
export async function expectIntegrity(bookings: RunningBookings): Promise<void> {
  const checks = [...(await checkNow(bookings)).values()]
  expect(checks.filter(({ status }) => status !== 'ok').map(({ name, status, sample }) => ({ name, status, sample }))).toEqual([])
}
