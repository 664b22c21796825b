import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { Client } from '../support/api-client.ts'
import type { RunningBookings } from '../support/running-bookings.ts'
import { holdBody, type HoldReply, holdSeats, takeSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

const replays = (replies: readonly HoldReply[]) => replies.filter(({ headers }) => headers.get('idempotency-replayed') === 'true').length

describe.each(databases())('keys of holds on $name', ({ create }) => {
  const running = useBookings(create, {}, 2)
  const at = (i: number): RunningBookings => running[i % running.length] ?? only(running)

  async function expectOneEffect(clients: readonly Client[], seats: readonly (string | null)[], key: string): Promise<void> {
    const flight = await at(0).addFlight()
    const replies = await Promise.all(clients.map((client) => takeSeats(client, flight, seats, { key })))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
    expect(replays(replies)).toBe(clients.length - 1)
    expect(await at(0).parts.claims.listOfFlights([flight.id])).toHaveLength(seats.length)
  }

  test('the same key — 50 times at once over two replicas — has one effect and 49 replays', () =>
    expectOneEffect(
      Array.from({ length: 50 }, (_, i) => at(i).asUser('ada')),
      ['1A', '1B'],
      'fifty',
    ))

  test('the same key — 50 times over two replicas with the choice left to us — has one effect', () =>
    expectOneEffect(
      Array.from({ length: 50 }, (_, i) => at(i).asUser('cid')),
      [null, null],
      'choice',
    ))

  test('the same key — 50 times at once for a seat that somebody has — is told 50 times that it is taken, and may be used again', async () => {
    const flight = await at(0).addFlight()
    const owner = at(0).asUser('owner')
    const hold = await holdSeats(owner, flight, ['1A'])
    const late = at(0).asUser('late')
    const replies = await Promise.all(Array.from({ length: 50 }, () => takeSeats(late, flight, ['1A'], { key: 'taken' })))
    expect(new Set(replies.map(({ body }) => body.code))).toEqual(new Set(['seat_unavailable']))
    await owner.call('DELETE', `/holds/${hold.id}`)
    expect((await takeSeats(late, flight, ['1A'], { key: 'taken' })).status).toBe(201)
  })

  test('a key — with the members of the body in another order — is the same request', async () => {
    const flight = await at(0).addFlight()
    const dot = at(0).asUser('dot')
    const first = await takeSeats(dot, flight, ['1A'], { key: 'order' })
    const again: HoldReply = await dot.post(
      '/holds',
      { flights: [{ seats: ['1A'], fare: 'ECOLIGHT', flightId: flight.id }] },
      { key: '"order"' },
    )
    expect([again.status, again.body]).toEqual([201, first.body])
  })

  test('a key — with another body — is 422 and has no effect', async () => {
    const flight = await at(0).addFlight()
    const eva = at(0).asUser('eva')
    await takeSeats(eva, flight, ['1A'], { key: 'other' })
    expect(await takeSeats(eva, flight, ['1B'], { key: 'other' })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
    await holdSeats(at(0).asUser('fay'), flight, ['1B'])
  })

  test("a key — of two users — is each one's own", async () => {
    const flight = await at(0).addFlight()
    const one = await takeSeats(at(0).asUser('gus'), flight, ['1A'], { key: 'shared' })
    const other = await takeSeats(at(0).asUser('hal'), flight, ['1B'], { key: 'shared' })
    expect([one.status, other.status]).toEqual([201, 201])
    expect(one.body.id).not.toBe(other.body.id)
  })

  test('a taken seat — asked for again with the same key once it is free — is had', async () => {
    const flight = await at(0).addFlight()
    const [ian, jon] = [at(0).asUser('ian'), at(0).asUser('jon')]
    const hold = await holdSeats(ian, flight, ['1A'])
    expect((await takeSeats(jon, flight, ['1A'], { key: 'later' })).status).toBe(409)
    await ian.call('DELETE', `/holds/${hold.id}`)
    const had = await takeSeats(jon, flight, ['1A'], { key: 'later' })
    expect([had.status, had.headers.get('idempotency-replayed')]).toEqual([201, null])
  })

  test('a final refusal — asked for again — comes as it was', async () => {
    const flight = await at(0).addFlight()
    const kim = at(0).asUser('kim')
    const holds = await Promise.all(['1A', '1B', '1C'].map((seat) => holdSeats(kim, flight, [seat])))
    const first = await takeSeats(kim, flight, ['1D'], { key: 'limit' })
    expect(first).toMatchObject({ status: 422, body: { code: 'hold_limit_reached' } })
    await kim.call('DELETE', `/holds/${holds[0]?.id}`)
    const again = await takeSeats(kim, flight, ['1D'], { key: 'limit' })
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([422, first.body, 'true'])
    expect(again.headers.get('content-type')).toMatch('application/problem+json')
    await holdSeats(kim, flight, ['1D'])
  })

  test('an invalid request — repaired under the same key — is had', async () => {
    const flight = await at(0).addFlight()
    const lea = at(0).asUser('lea')
    expect((await lea.post('/holds', holdBody(flight, ['99A']), { key: 'typo' })).status).toBe(400)
    expect((await takeSeats(lea, flight, ['9A'], { key: 'typo' })).status).toBe(201)
  })
})
