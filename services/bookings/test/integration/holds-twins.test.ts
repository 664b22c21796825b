import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { type HoldReply, takeSeats } from '../support/sales.ts'
import { only, useBookings } from '../support/use-bookings.ts'
import { WITHOUT } from '../support/weakened.ts'

// Each guard of the storms is taken away here, one at a time: the same storm must then see the harm. A storm that sees none proves nothing.

const idsOf = (replies: readonly HoldReply[]) => new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body.id))

describe.each(databases())('storms on $name without the guard of the claims', ({ create }) => {
  const running = useBookings(create, { replace: WITHOUT['claims-primary-key'] })

  test('one seat — wanted by twenty, one after the other — has several owners', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const replies: HoldReply[] = []
    for (let i = 0; i < 20; i += 1) replies.push(await takeSeats(bookings.asUser(`rush${i}`), flight, ['1A']))
    expect(idsOf(replies).size).toBeGreaterThan(1)
  })
})

describe.each(databases())('storms on $name without the memory of the keys', ({ create }) => {
  const running = useBookings(create, { replace: WITHOUT.idempotency })

  test('the same key — ten times at once — has several effects', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const ada = bookings.asUser('ada')
    const replies = await Promise.all(Array.from({ length: 10 }, () => takeSeats(ada, flight, [null], { key: 'same' })))
    expect(idsOf(replies).size).toBeGreaterThan(1)
  })
})

describe.each(databases())('holds on $name without what binds a key to its request', ({ create }) => {
  const running = useBookings(create, { replace: WITHOUT['key-fingerprint'] })

  test('a key — used again for another seat — is answered with the seat of before', async () => {
    const bookings = only(running)
    const flight = await bookings.addFlight()
    const ada = bookings.asUser('ada')
    const first = await takeSeats(ada, flight, ['1A'], { key: 'same' })
    expect(await takeSeats(ada, flight, ['2A'], { key: 'same' })).toMatchObject({ status: 201, body: { id: first.body.id } })
  })
})

// SQLite has one writer at a time and needs no lock of the row.
const servers = databases().filter(({ name }) => name !== 'sqlite')

describe.each(servers)('storms on $name without the lock of the quota', ({ create }) => {
  const running = useBookings(create, { replace: WITHOUT['hold-quota'] }, 2)

  test('holds of one user — at once over two replicas — pass the limit', async () => {
    const flight = await only(running).addFlight()
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, i) => {
        const replica = running[i % running.length] ?? only(running)
        return takeSeats(replica.asUser('greedy'), flight, [`${i + 1}A`])
      }),
    )
    expect(idsOf(replies).size).toBeGreaterThan(3)
  })
})
