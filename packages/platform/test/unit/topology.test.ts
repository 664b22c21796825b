import { QUEUES, RETRY_DELAYS_MS } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import { Topology } from '../../src/bus/topology.ts'
import { BOTH, ONE, TEST_QUEUES } from '../support/bus-fixtures.ts'

describe('topology', () => {
  test('a type with two queues, with one, with none — its queues', () => {
    const topology = new Topology({ queues: TEST_QUEUES })
    expect(topology.queuesOf('session.revoked')).toEqual([BOTH.name, ONE.name])
    expect(topology.queuesOf('user.registered')).toEqual([BOTH.name])
    expect(topology.queuesOf('payment.failed')).toEqual([])
  })

  test('a message that fails each time — every retry queue in turn, then the dead letters', () => {
    const topology = new Topology({ queues: TEST_QUEUES, retryDelaysMs: [10, 20] })
    expect([1, 2, 3, 4].map((attempt) => topology.afterFailure(ONE.name, attempt))).toEqual([
      { queue: 'test.one.retry.1', delayMs: 10 },
      { queue: 'test.one.retry.2', delayMs: 20 },
      { queue: 'test.one.dead', delayMs: null },
      { queue: 'test.one.dead', delayMs: null },
    ])
  })

  test('nothing told — the queues and waits of the installation', () => {
    const topology = new Topology({})
    expect(topology.queues).toEqual(Object.values(QUEUES))
    expect(topology.retryDelaysMs).toEqual(RETRY_DELAYS_MS)
  })

  test('a name that is no queue — a clear error', () => {
    expect(() => new Topology({}).assertKnown('notifications.mial')).toThrow(/no queue notifications\.mial/)
  })
})
