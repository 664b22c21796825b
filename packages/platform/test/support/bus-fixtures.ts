import type { ConsumerQueue, EventEnvelope } from '@skyhold/contracts'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { openBus, type Bus, type BusOptions } from '../../src/bus/index.ts'
import { newId } from '../../src/random.ts'

/** Two queues that share a type, and a type that nobody listens to: payment.failed. */
export const BOTH: ConsumerQueue = { name: 'test.both', consumer: 'flights', events: ['session.revoked', 'user.registered'], prefetch: 5 }
export const ONE: ConsumerQueue = { name: 'test.one', consumer: 'bookings', events: ['session.revoked'], prefetch: 20 }
export const TEST_QUEUES = [BOTH, ONE]
/** Far enough apart to be told from each other, short enough not to be waited for. */
export const TEST_RETRY_DELAYS_MS = [40, 80, 120]

export interface Place {
  url: string
  dataDir: string
}

export function openTestBus(place: Place, more: Partial<BusOptions> = {}): Bus {
  return openBus({
    ...place,
    logger: pino({ level: 'silent' }),
    metrics: new Registry(),
    queues: TEST_QUEUES,
    retryDelaysMs: TEST_RETRY_DELAYS_MS,
    ...more,
  })
}

export function sessionRevoked(): EventEnvelope<'session.revoked'> {
  return envelope('session.revoked', { sessionId: newId('session'), userId: newId('user') })
}

export function userRegistered(): EventEnvelope<'user.registered'> {
  return envelope('user.registered', { userId: newId('user'), email: 'ana@example.com', givenNames: 'Ana', familyName: "O'Brien" })
}

function envelope<T extends 'session.revoked' | 'user.registered'>(type: T, data: EventEnvelope<T>['data']): EventEnvelope<T> {
  return {
    eventId: newId('event'),
    type,
    version: 1,
    occurredAt: new Date().toISOString(),
    producer: 'tests',
    aggregate: { type: 'user', id: newId('user'), sequence: 1 },
    correlationId: 'req_test',
    causationId: null,
    data,
  }
}
