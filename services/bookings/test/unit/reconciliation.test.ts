import type { CheckMemory, Finding, Look } from '@skyhold/platform'
import { describe, expect, test } from 'vitest'
import type { LedgerCharge, ProviderLedger } from '../../src/clients/provider-ledger.ts'
import { reconciliation } from '../../src/integrity/reconciliation.ts'
import { remembered } from '../../src/integrity/suspects.ts'

const NOW_MS = 1_800_000_000_000

/** A provider that has charged for payments of which nobody here knows. */
function strange(listed: readonly string[], asked: string[]): ProviderLedger {
  const charge = (intentId: string): LedgerCharge => ({
    intentId,
    paymentId: `pay_of_${intentId}`,
    bookingId: null,
    isCaptured: true,
    received: { amountMinor: 100, currency: 'EUR' },
    givenBackMinor: 0,
  })
  return {
    async *charges() {
      if (listed.length > 0) yield listed.map(charge)
    },
    async *refunds() {},
    async findCharge(intentId) {
      asked.push(intentId)
      return charge(intentId)
    },
    findRefund: async () => null,
  }
}

function run(listed: readonly string[], memory: CheckMemory | null, asked: string[] = []): Promise<Finding> {
  const look: Look = { dialect: 'sqlite', nowMs: NOW_MS, memory, rows: async () => [] }
  return reconciliation(strange(listed, asked), { singleMax: 2 }).find(look)
}

describe('the memory of the reconciliation', () => {
  test('more that differed than a run looks up — count all the same, are remembered, and have their turn', async () => {
    const suspects = ['charge:pi_1', 'charge:pi_2', 'charge:pi_3', 'charge:pi_4', 'charge:pi_5']
    const asked: string[] = []
    let memory: CheckMemory | null = { untilMs: NOW_MS, suspects, waiting: [] }
    for (let runs = 0; runs < 3; runs += 1) {
      const found = await run([], memory, asked)
      expect(found).toMatchObject({ violations: 5, scope: expect.stringContaining('3 of them as they were') })
      expect(found.sample).toContainEqual(expect.stringContaining('differed before and has not been looked up again yet'))
      memory = found.memory ?? null
    }
    expect(new Set(asked)).toEqual(new Set(['pi_1', 'pi_2', 'pi_3', 'pi_4', 'pi_5']))
  })

  test('more that is new than a run looks up — is said not to have been looked up, and is first in the next', async () => {
    const first = await run(['pi_1', 'pi_2', 'pi_3'], null)
    expect(first).toMatchObject({ violations: 2, scope: expect.stringContaining('not 1 that wait') })
    const second = await run([], first.memory ?? null)
    expect(second).toMatchObject({ violations: 3, scope: expect.stringContaining('2 that differed before') })
  })

  test('a scope — of the largest numbers — fits its column', async () => {
    const many = Array.from({ length: 10_003 }, (_, index) => `charge:pi_${index}`)
    const waiting = Array.from({ length: 10_003 }, (_, index) => `charge:pi_w${index}`)
    const { scope = '', violations } = await run([], { untilMs: NOW_MS, suspects: many, waiting })
    expect(violations).toBe(10_005)
    expect(scope).toContain('only 10000 are remembered')
    expect(scope.length).toBeLessThanOrEqual(250)
  })

  test('ids without kinds — of an older version — are told by how they begin', () => {
    expect(remembered({ untilMs: 5, suspects: ['pay_1', 'rfd_1', 're_1'] })).toEqual({
      untilMs: 5,
      suspects: new Set(['payment:pay_1', 'refund:rfd_1', 'given:re_1']),
      waiting: [],
      isOld: true,
    })
    expect(remembered(null)).toMatchObject({ untilMs: null, isOld: false })
  })
})
