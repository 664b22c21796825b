import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import type { RunningBookings } from '../support/running-bookings.ts'
import { fareOf } from '../support/sample-flights.ts'
import { holdBody, type HoldReply, takeSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'

const countOf = (replies: readonly { status: number }[], status: number) => replies.filter((reply) => reply.status === status).length
const designators = (replies: readonly HoldReply[]) =>
  replies.flatMap(({ body }) => (body.flights ?? []).flatMap(({ seats }) => seats.map(({ designator }) => designator)))

const claimsOf = (bookings: RunningBookings, flightId: string) => bookings.parts.claims.listOfFlights([flightId])

describe.each(databases())('storms on $name', ({ create }) => {
  const running = useBookings(create)

  test('overlapping pairs — wanted by a crowd at once — leave no claim without its hold', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const seats = ['1A', '1B', '1C', '1D', '1E', '1F']
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, i) => takeSeats(bookings.asUser(`pair${i}`), flight, [seats[i % 6] ?? '', seats[(i + 1) % 6] ?? ''])),
    )
    const won = replies.filter(({ status }) => status === 201)
    expect(countOf(replies, 409)).toBe(60 - won.length)
    expect(designators(won).length).toBe(new Set(designators(won)).size)
    const claims = await claimsOf(bookings, flight.id)
    expect(claims.map(({ seat, holdId }) => `${holdId} ${seat}`).sort()).toEqual(
      won.flatMap((reply) => designators([reply]).map((seat) => `${reply.body.id} ${seat}`)).sort(),
    )
  })

  test('fifty holds — of one user at once — are three; the others are over the limit', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const greedy = bookings.asUser('greedy')
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, i) => takeSeats(greedy, flight, [`${Math.floor(i / 6) + 1}${'ABCDEF'[i % 6]}`])),
    )
    expect([countOf(replies, 201), countOf(replies, 422)]).toEqual([3, 47])
    expect(new Set(replies.filter(({ status }) => status === 422).map(({ body }) => body.code))).toEqual(new Set(['hold_limit_reached']))
    expect(await claimsOf(bookings, flight.id)).toHaveLength(3)
  })

  test('seats left to us — 60 parties of three at once on 180 seats — fill the aircraft, each party in one row', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, i) => takeSeats(bookings.asUser(`party${i}`), flight, [null, null, null])),
    )
    expect(countOf(replies, 201), JSON.stringify(replies.find(({ status }) => status !== 201)?.body)).toBe(60)
    expect(new Set(designators(replies)).size).toBe(180)
    for (const reply of replies) expect(new Set(designators([reply]).map((seat) => seat.slice(0, -1))).size).toBe(1)
  })
})

describe.each(databases())('storms over two replicas on $name', ({ create }) => {
  const running = useBookings(create, {}, 2)
  const at = (i: number): RunningBookings => running[i % running.length] ?? only(running)

  test('one seat — wanted by 500 users over two replicas — goes to one; 499 are told until when', async () => {
    const flight = await at(0).addFlight()
    const replies = await Promise.all(Array.from({ length: 500 }, (_, i) => takeSeats(at(i).asUser(`rush${i}`), flight, ['1A'])))
    expect([countOf(replies, 201), countOf(replies, 409)]).toEqual([1, 499])
    const expiresAt = replies.find(({ status }) => status === 201)?.body.expiresAt
    for (const { status, headers, body } of replies) {
      if (status === 201) continue
      expect(body.code).toBe('seat_unavailable')
      expect(body.seats).toEqual([{ flightId: flight.id, designator: '1A', status: 'held', heldUntil: expiresAt }])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(await claimsOf(at(0), flight.id)).toHaveLength(1)
  })

  test('the same seats — wanted in opposite orders over two replicas, a hundred times — are never shared and nothing is left over', async () => {
    const flight = await at(0).addFlight({ layout: { cabins: [{ cabin: 'economy', columns: 'ABC DEF', firstRow: 1, lastRow: 100 }] } })
    for (let row = 1; row <= 100; row += 1) {
      const seats = ['A', 'B', 'C', 'D', 'E'].map((column) => `${row}${column}`)
      const replies = await Promise.all([
        takeSeats(at(0).asUser(`up${row}`), flight, seats),
        takeSeats(at(1).asUser(`down${row}`), flight, seats.toReversed()),
      ])
      expect([countOf(replies, 201), countOf(replies, 409)]).toEqual([1, 1])
    }
    const owners = Map.groupBy(await claimsOf(at(0), flight.id), ({ holdId }) => holdId)
    expect([...owners.values()].map((claims) => claims.length)).toEqual(Array.from({ length: 100 }, () => 5))
  })

  test('the last seats — left to us over two replicas — go to as many as there are', async () => {
    const flight = await at(0).addFlight({ layout: { cabins: [{ cabin: 'economy', columns: 'AB', firstRow: 1, lastRow: 10 }] } })
    const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => takeSeats(at(i).asUser(`last${i}`), flight, [null])))
    const refused = replies.filter(({ status }) => status !== 201)
    expect(new Set(designators(replies)).size).toBe(countOf(replies, 201))
    expect(countOf(replies, 201), JSON.stringify(refused[0]?.body)).toBe(20)
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['fare_sold_out']))
  })

  test('two flights — wanted in opposite orders over two replicas — are never split', async () => {
    const [out, back] = [await at(0).addFlight(), await at(0).addFlight({ fares: [fareOf()] })]
    for (let row = 1; row <= 20; row += 1) {
      const [first, second] = [holdBody(out, [`${row}A`]).flights, holdBody(back, [`${row}A`]).flights]
      const replies = await Promise.all([
        at(0)
          .asUser(`there${row}`)
          .post('/holds', { flights: [...first, ...second] }),
        at(1)
          .asUser(`back${row}`)
          .post('/holds', { flights: [...second, ...first] }),
      ])
      expect([countOf(replies, 201), countOf(replies, 409)]).toEqual([1, 1])
    }
    const claims = [...(await claimsOf(at(0), out.id)), ...(await claimsOf(at(0), back.id))]
    expect(claims).toHaveLength(40)
  })
})
