import type { FlightState } from '@skyhold/contracts'
import { newId, type Transaction } from '@skyhold/platform'
import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { HoldRequest } from '../../src/domain/hold-request.ts'
import { Claims, type NewClaim } from '../../src/repositories/claims.ts'
import type { Parts } from '../../src/services/parts.ts'
import { TakeSeats } from '../../src/services/take-seats.ts'
import { only, useBookings } from '../support/use-bookings.ts'

/** A rival replica takes a seat after ours has looked and before it writes: the moment that only the row's own lock can decide. */
class RivalledClaims extends Claims {
  rival: { flightId: string; seat: string } | null = null

  override async takeOver(claims: readonly NewClaim[], nowMs: number, tx: Transaction): Promise<void> {
    const { rival } = this
    this.rival = null
    if (rival) {
      const claim = { ...rival, holdId: newId('hold'), operatorId: 'opr_1', expiresAtMs: nowMs + 60_000 }
      await this.db.transaction((other) => super.takeOver([claim], nowMs, other))
    }
    await super.takeOver(claims, nowMs, tx)
  }
}

const requestOf = (flight: FlightState, seats: readonly (string | null)[]): HoldRequest => ({
  userId: newId('user'),
  operatorId: 'opr_1',
  requestId: 'test',
  key: { scope: newId('user'), idemKey: 'key', fingerprint: 'f' },
  flights: [{ flightId: flight.id, fare: 'ECOLIGHT', seats }],
})

// SQLite has one writer: there is no such moment.
const servers = databases().filter(({ name }) => name !== 'sqlite')

describe.each(servers)('a rival replica on $name', ({ create }) => {
  const running = useBookings(create)

  /** Requests that arrive together are one group; the rival is quicker than it. */
  function takeWithRival(flight: FlightState, seat: string, requests: readonly HoldRequest[]) {
    const { parts } = only(running)
    const claims = new RivalledClaims(parts.db)
    claims.rival = { flightId: flight.id, seat }
    const rivalled: Parts = { ...parts, claims }
    const takeSeats = new TakeSeats({ ...rivalled, rules: parts.holdRules })
    return Promise.allSettled(requests.map((request) => takeSeats.take(request)))
  }

  test('a named seat — that the rival was quicker for — is refused by its name alone, and nothing is kept', async () => {
    const flight = await only(running).addFlight()
    const [end] = await takeWithRival(flight, '1B', [requestOf(flight, ['1A', '1B'])])
    expect(end).toMatchObject({
      status: 'rejected',
      reason: { code: 'seat_unavailable', options: { members: { seats: [{ designator: '1B', status: 'held' }] } } },
    })
    const claims = await only(running).parts.claims.listOfFlights([flight.id])
    expect(claims.map(({ seat }) => seat)).toEqual(['1B'])
  })

  test('a seat of our choice — that the rival was quicker for — is chosen anew', async () => {
    const flight = await only(running).addFlight()
    const [end] = await takeWithRival(flight, '1A', [requestOf(flight, [null])])
    expect(end).toMatchObject({ status: 'fulfilled', value: { status: 201, body: { flights: [{ seats: [{ designator: '1B' }] }] } } })
  })

  test('a neighbour — refused for the sake of one who loses to the rival — has the seat after all', async () => {
    const flight = await only(running).addFlight()
    const [first, second] = await takeWithRival(flight, '1A', [requestOf(flight, ['1A', '2A']), requestOf(flight, ['2A'])])
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'seat_unavailable' } })
    expect(second).toMatchObject({ status: 'fulfilled', value: { status: 201 } })
  })
})

describe.each(servers)('a replica that hangs on $name', ({ create }) => {
  const running = useBookings(create)

  test('the row of one user — that it has locked for as long as we look — costs his neighbours in the group one wait for a row, and him an answer', async () => {
    const { parts, addFlight } = only(running)
    const flight = await addFlight()
    const takeSeats = new TakeSeats({ ...parts, rules: parts.holdRules })
    const requests = Array.from({ length: 6 }, (_, i) => requestOf(flight, [`${i + 1}A`]))
    const [stuck, ...neighbours] = requests
    if (!stuck) throw new Error('there are no requests')
    const locked = Promise.withResolvers<void>()
    const free = Promise.withResolvers<void>()
    const hanging = parts.db.transaction(async (tx) => {
      await parts.quotas.lock([stuck.userId], tx)
      locked.resolve()
      await free.promise
    })
    await locked.promise
    // They are one group. Nobody gives the row free before all have their ends.
    const ends = await Promise.allSettled([stuck, ...neighbours].map((request) => takeSeats.take(request)))
    expect(ends.slice(1).map(({ status }) => status)).toEqual(neighbours.map(() => 'fulfilled'))
    expect(ends[0]).toMatchObject({ status: 'rejected', reason: { parent: { errno: 1205 } } })
    free.resolve()
    await hanging
  })
})
