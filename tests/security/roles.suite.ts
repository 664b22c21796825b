import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { ApiDocument, type Operation } from './support/document.ts'
import { ENTRANCES, type Entrance, entranceKey } from './support/entrances.ts'
import { type Belongings, belongingsOf, People, type Person } from './support/people.ts'
import { type Answer, bearer, codeOf, send, sendJson } from './support/send.ts'
import { SERVICES, useSharedSkyhold } from './support/skyhold.ts'

const people = new People()
let document: ApiDocument
let adas: Belongings
let eves: Belongings
const skyhold = useSharedSkyhold(async (running) => {
  await people.come(running)
  document = await ApiDocument.read(running.baseUrl)
  adas = await belongingsOf(people.ada, people.admin, running.baseUrl)
  eves = await belongingsOf(people.eve, people.admin, running.baseUrl)
})

interface Visit {
  headers?: Record<string, string>
  at?: string
  belongings?: Belongings
}

const entranceOf = (operation: Operation): Entrance => ENTRANCES[entranceKey(operation)] ?? {}

function pathOf(operation: Operation, { belongings = adas }: Visit): string {
  const { of } = entranceOf(operation)
  return operation.path.replace(/\{\w+\}/, of === undefined || of === 'absent' ? `${of ?? 'none'}1` : belongings[of])
}

function visit(operation: Operation, { headers = {}, at = skyhold.baseUrl, belongings = adas }: Visit): Promise<Answer> {
  const { body, headers: own } = entranceOf(operation)
  const content = body?.(belongings)
  return send(at, {
    method: operation.method,
    path: pathOf(operation, { belongings }),
    headers: {
      ...(operation.method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...own,
      ...headers,
    },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  })
}

/** Visits every operation, and collects all that is wrong instead of the first. */
async function complaintsAbout(
  operations: readonly Operation[],
  options: Visit,
  judge: (operation: Operation, answer: Answer) => string | null,
) {
  const complaints: string[] = []
  for (const operation of operations) {
    const answer = await visit(operation, options)
    const server = answer.status >= 500 ? `${answer.status} ${answer.text}` : null
    const complaint = server ?? document.complaintAbout(operation, answer, pathOf(operation, options)) ?? judge(operation, answer)
    if (complaint) complaints.push(`${operation.key}: ${complaint}`)
  }
  expect(skyhold.hasDied).toBe(false)
  return complaints
}

const is = (answer: Answer, ...expected: number[]): string | null =>
  expected.includes(answer.status) ? null : `${answer.status}, not ${expected.join(' or ')}: ${answer.text.slice(0, 300)}`
const isNot = (answer: Answer, ...refused: number[]): string | null =>
  refused.includes(answer.status) ? `${answer.status} to somebody who may: ${answer.text.slice(0, 300)}` : null

/** What the description and the table say of somebody who owns nothing here. */
function ofRole(role: 'customer' | 'agent' | 'admin') {
  return (operation: Operation, answer: Answer): string | null => {
    const { hiddenFrom } = entranceOf(operation)
    if (operation.roles === null) return isNot(answer, 403)
    if (!operation.roles.includes(role)) return is(answer, 403)
    if (hiddenFrom === 'all' || (hiddenFrom === 'others' && role === 'customer')) return is(answer, 404)
    return isNot(answer, 401, 403)
  }
}

const unauthorized = (operation: Operation, answer: Answer) => {
  if (operation.roles === null) return null
  return is(answer, 401) ?? (answer.headers['www-authenticate']?.includes('Bearer') ? null : '401 without WWW-Authenticate')
}

describe('every operation of the description', () => {
  let before: unknown
  const adasThings = async () => {
    const paths = [
      `/bookings/${adas.booking}`,
      `/bookings/${adas.paidBooking}`,
      `/payments/${adas.payment}`,
      `/refunds/${adas.refund}`,
      '/me',
      '/me/sessions',
    ]
    return Promise.all(paths.map((path) => people.ada.does('GET', path)))
  }
  beforeAll(async () => {
    before = await adasThings()
  })

  test('each — stands in the table of these tests, with an id where its path has one', () => {
    const missing = document.operations.map(entranceKey).filter((key) => !(key in ENTRANCES))
    expect(missing).toEqual([])
    const idless = document.operations.filter((each) => each.path.includes('{') && entranceOf(each).of === undefined)
    expect(idless.map(({ key }) => key)).toEqual([])
    expect(document.operations.length).toBeGreaterThan(50)
  })

  test('without a token — is 401 where anybody is asked for', async () => {
    expect(await complaintsAbout(document.operations, {}, unauthorized)).toEqual([])
  })

  test('with a token that is none — is 401 where anybody is asked for', async () => {
    expect(await complaintsAbout(document.operations, { headers: bearer('e30.e30.e30') }, unauthorized)).toEqual([])
  })

  test('past the gateway, at the service itself — without a token, and by another customer — is refused in the same way', async () => {
    for (const name of SERVICES) {
      const operations = document.operations.filter((each) => each.service === name)
      expect(operations.length).toBeGreaterThan(3)
      const at = skyhold.running.services[name]
      expect(await complaintsAbout(operations, { at }, unauthorized)).toEqual([])
      expect(await complaintsAbout(operations, { at, headers: people.eve.bearer }, ofRole('customer'))).toEqual([])
    }
  })

  test('by another customer — is 403 where a role is asked for, and 404 for what is not his', async () => {
    const leaks = (answer: Answer) =>
      answer.status < 300 ? Object.values(adas).find((id) => id !== adas.flight && answer.text.includes(id)) : undefined
    const judge = ofRole('customer')
    expect(
      await complaintsAbout(document.operations, { headers: people.eve.bearer }, (operation, answer) => {
        const leaked = leaks(answer)
        return judge(operation, answer) ?? (leaked ? `it shows ${leaked}` : null)
      }),
    ).toEqual([])
  })

  test('of somebody else — reads, word for word, like one that never was', async () => {
    const absent = Object.fromEntries(
      Object.entries(adas).map(([name, id]) => [name, id.replace(/_.*/, '_0never0was0')]),
    ) as unknown as Belongings
    for (const operation of document.operations.filter((each) => entranceOf(each).hiddenFrom && each.method === 'GET')) {
      const [foreign, never] = await Promise.all(
        [adas, absent].map((belongings) => visit(operation, { headers: people.eve.bearer, belongings })),
      )
      const told = (answer: Answer | undefined, belongings: Belongings) =>
        Object.values(belongings)
          .reduce((text, id) => text.replaceAll(id, 'the id'), answer?.text ?? '')
          .replace(/"requestId":"[^"]+"/, '')
      expect(told(foreign, adas), operation.key).toBe(told(never, absent))
    }
  })

  test('by a token for another booking — is 404, and 401 where such tokens do not count', async () => {
    const { json } = await sendJson(skyhold.baseUrl, 'POST', '/api/v1/bookings/lookup', {
      reference: eves.reference,
      familyName: "O'Brien",
    })
    const { accessToken } = json as { accessToken: string }
    expect(accessToken).toMatch(/^bkt_/)
    const judge = (operation: Operation, answer: Answer) => {
      if (operation.roles === null) return null
      return operation.takesBookingToken ? is(answer, 404, 403) : is(answer, 401)
    }
    expect(await complaintsAbout(document.operations, { headers: bearer(accessToken) }, judge)).toEqual([])
    const own = document.operations.filter((each) => each.method === 'GET' && each.takesBookingToken)
    const theirs = { ...eves, booking: eves.paidBooking }
    expect(
      await complaintsAbout(own, { headers: bearer(accessToken), belongings: theirs }, (_operation, answer) => is(answer, 200)),
    ).toEqual([])
  })

  test('what is hidden — after all of that — is unchanged, and its owner reads it', async () => {
    expect(await adasThings()).toEqual(before)
    const own = document.operations.filter((each) => each.method === 'GET' && entranceOf(each).hiddenFrom)
    expect(await complaintsAbout(own, { headers: people.ada.bearer }, (_operation, answer) => is(answer, 200))).toEqual([])
  })

  // These change what belongs to ada, so they come last.
  test.each(['agent', 'admin'] as const)(
    'by an %s — is 403 where the description does not name the role, and open where it does',
    async (role) => {
      const caller: Person = people[role]
      expect(await complaintsAbout(document.operations, { headers: caller.bearer }, ofRole(role))).toEqual([])
    },
  )
})

describe('ids that come in by another way than the path', () => {
  test('lists — asked for another’s booking, address or reference — have nothing of it', async () => {
    for (const query of [
      `/notifications?bookingId=${adas.paidBooking}`,
      `/bookings?email=${people.ada.email}`,
      `/bookings?reference=${adas.reference}`,
    ]) {
      const answer = await people.eve.call('GET', query)
      expect([200, 403]).toContain(answer.status)
      for (const id of [adas.booking, adas.paidBooking, adas.notification]) expect(answer.text).not.toContain(id)
    }
  })

  test('a cursor — of somebody else’s list — shows nothing of it', async () => {
    const { nextCursor } = await people.ada.does<{ nextCursor: string | null }>('GET', '/bookings?limit=1')
    expect(nextCursor).not.toBeNull()
    const answer = await people.eve.call('GET', `/bookings?limit=100&cursor=${encodeURIComponent(nextCursor ?? '')}`)
    for (const id of [adas.booking, adas.paidBooking]) expect(answer.text).not.toContain(id)
  })

  test('an idempotency key — of somebody else’s request — replays nothing of his', async () => {
    const key = { 'idempotency-key': randomUUID() }
    const flight = await people.ada.findFlight()
    const body = { flights: [{ flightId: flight.id, fare: flight.fares.find(({ cabin }) => cabin === 'economy')?.code, seats: [null] }] }
    const [his, hers] = [await people.ada.call('POST', '/holds', body, key), await people.eve.call('POST', '/holds', body, key)]
    expect([his.status, hers.status]).toEqual([201, 201])
    expect((hers.json as { id: string }).id).not.toBe((his.json as { id: string }).id)
    expect(hers.headers['idempotency-replayed']).toBeUndefined()
  })

  test('a refund — of a payment of another booking’s address — finds no way past its own', async () => {
    expect(codeOf(await people.eve.call('GET', `/payments/${adas.payment}%2F..%2F${eves.payment}`))).toMatch(/not_found|invalid_request/)
    expect((await people.eve.call('GET', `/bookings/${eves.booking}/../${adas.booking}`)).status).toBe(404)
  })
})
