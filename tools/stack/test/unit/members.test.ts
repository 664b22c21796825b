import { describe, expect, test } from 'vitest'
import { parseReplicas, portOffsets, slotsOf } from '../../src/stack/members.ts'

describe('parseReplicas', () => {
  test('replicas — several of them, in one or more arguments — are read', () => {
    expect(parseReplicas(['bookings=2,flights=3', 'gateway=2'])).toEqual({ bookings: 2, flights: 3, gateway: 2 })
    expect(parseReplicas([])).toEqual({})
  })

  test.each([
    ['booking=2', 'There is no service booking. The services are simulator, mailbox,'],
    ['bookings=0', 'the number of replicas is 1 to 9'],
    ['bookings', 'the number of replicas is 1 to 9'],
    ['mailbox=2', 'the mailbox runs once'],
  ])('replicas — %s — is refused with a sentence', (text, sentence) => {
    expect(() => parseReplicas([text])).toThrow(sentence)
  })
})

test('slotsOf — two replicas of bookings — ports as the architecture counts them', () => {
  const ports = slotsOf(8080, { bookings: 2 }).map(({ member, replica, port }) => [member.name, replica, port])
  expect(ports).toEqual([
    ['simulator', 1, 8090],
    ['mailbox', 1, 8105],
    ['identity', 1, 8081],
    ['flights', 1, 8082],
    ['bookings', 1, 8083],
    ['bookings', 2, 8183],
    ['notifications', 1, 8084],
    ['gateway', 1, 8080],
  ])
  expect(portOffsets({ bookings: 2 })).toEqual([10, 25, 1, 2, 3, 103, 4, 0, 26])
})
