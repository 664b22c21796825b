import { DEVELOPMENT_SECRET, type IntegrityReport } from '@skyhold/contracts'
import { createServiceTokens } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { useIdentity } from '../support/identity.ts'

describe.each(databases())('integrity of identity on $name', (kind) => {
  const identity = useIdentity(kind)

  const checkNow = async () => {
    const token = await createServiceTokens(DEVELOPMENT_SECRET, 'gateway').sign('identity')
    return (await identity.call<IntegrityReport>('POST', '/internal/integrity/runs', { token })).body.checks
  }

  test('I6.outbox — after a registration — finds nothing, and an event that nobody publishes is reported', async () => {
    await identity.register()
    expect(await checkNow()).toMatchObject([{ service: 'identity', name: 'I6.outbox', status: 'ok', violations: 0 }])
    await identity.db.run(
      `INSERT INTO outbox (event_id, type, aggregate_type, aggregate_id, payload, state, locked_until, occurred_at)
       VALUES ('evt_planted', 'user.registered', 'user', 'usr_planted', '{}', 'pending', :lockedUntil, :past)`,
      { lockedUntil: Date.now() + 600_000, past: Date.now() - 120_000 },
    )
    expect(await checkNow()).toMatchObject([{ status: 'violated', violations: 1, sample: [expect.stringContaining('evt_planted')] }])
    await identity.db.run(`DELETE FROM outbox WHERE event_id = 'evt_planted'`)
  })
})
