import * as fc from 'fast-check'
import { sized } from '@skyhold/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { ApiDocument, type Operation } from './support/document.ts'
import { type Belongings, belongingsOf, People, Person } from './support/people.ts'
import { type Answer, bearer, send, sendJson } from './support/send.ts'
import { type Shot, shotsOf } from './support/shots.ts'
import { SERVICES, useSharedSkyhold } from './support/skyhold.ts'

/** The same requests in every run: a failure names the operation, and fast-check the smallest request that shows it. */
const SEED = 20_261_123
const REQUESTS = sized({ quick: 5_000, full: 50_000 })
/** It checks everything there is, each time: a few of it are as good as many. */
const SLOW = new Set(['POST /api/v1/integrity/runs'])
const SLOW_SHARE = 0.1
/** Half of what a token lives. */
const SIGN_IN_EVERY_MS = 300_000
const PATIENCE_MS = sized({ quick: 300_000, full: 3_000_000 })

const people = new People()
let document: ApiDocument
let belongings: Belongings
let lookupToken = ''
let signedInAt = 0
let sent = 0
let granted = 0
const skyhold = useSharedSkyhold(async (running) => {
  await people.come(running)
  document = await ApiDocument.read(running.baseUrl)
  const mallory = await Person.registered(running.baseUrl)
  const { data } = await mallory.does<{ data: { id: string }[] }>('GET', '/me/sessions')
  // Roles are changed and sessions ended in these tests: not those of the people who make the requests.
  belongings = { ...(await belongingsOf(people.ada, people.admin, running.baseUrl)), user: mallory.userId, session: data[0]?.id ?? '' }
})

async function signInInTime(): Promise<void> {
  if (Date.now() < signedInAt + SIGN_IN_EVERY_MS) return
  signedInAt = Date.now()
  for (const person of [people.ada, people.eve, people.agent, people.admin]) await person.signIn()
  const found = await sendJson(skyhold.baseUrl, 'POST', '/api/v1/bookings/lookup', {
    reference: belongings.reference,
    familyName: "O'Brien",
  })
  lookupToken = (found.json as { accessToken?: string }).accessToken ?? ''
}

function authorizationOf(caller: Shot['caller']): Record<string, string> {
  if (caller === 'nobody') return {}
  if (caller === 'lookup') return bearer(lookupToken)
  if (caller === 'nonsense') return { authorization: 'Bearer e30.e30.AAAA' }
  return people[caller].bearer
}

/** Sends one request; throws with what is wrong about its answer. */
async function fire(operation: Operation, { caller, path, headers, body }: Shot): Promise<void> {
  sent += 1
  const answer = await send(skyhold.baseUrl, {
    method: operation.method,
    path,
    headers: { ...headers, ...authorizationOf(caller), ...(body === null ? {} : { 'content-type': 'application/json' }) },
    ...(body === null ? {} : { body }),
  })
  if (answer.status < 300) granted += 1
  if (answer.status >= 500) throw new Error(`${answer.status} ${answer.text.slice(0, 500)}`)
  const complaint = answer.status === 304 ? null : document.complaintAbout(operation, answer, path)
  if (complaint) throw new Error(complaint)
  if (skyhold.hasDied) throw new Error('a process has died')
}

async function failureOf(operation: Operation, requests: number): Promise<string | null> {
  await signInInTime()
  const property = fc.asyncProperty(shotsOf(operation, belongings), (shot) => fire(operation, shot))
  const { failed, counterexample, errorInstance } = await fc.check(property, {
    seed: SEED,
    numRuns: requests,
    interruptAfterTimeLimit: PATIENCE_MS / 2,
  })
  return failed ? `${operation.key}: ${String(errorInstance)}\n${JSON.stringify(counterexample)?.slice(0, 2000)}` : null
}

describe('requests made from the description, good and mangled', () => {
  let each = 0
  beforeAll(() => {
    const weights = document.operations.map(({ key }) => (SLOW.has(key) ? SLOW_SHARE : 1))
    each = Math.ceil(REQUESTS / weights.reduce((sum, weight) => sum + weight, 0))
  })

  test.each([...SERVICES, 'gateway'])(
    '%s — asked in every way — answers as declared, never with a 5xx, and stays up',
    async (service) => {
      const operations = document.operations.filter((operation) => operation.service === service)
      expect(operations.length).toBeGreaterThan(1)
      const failures: string[] = []
      const [sentBefore, grantedBefore] = [sent, granted]
      for (const operation of operations) {
        const failure = await failureOf(operation, SLOW.has(operation.key) ? Math.ceil(each * SLOW_SHARE) : each)
        if (failure) failures.push(failure)
      }
      expect(failures.length, failures.join('\n\n')).toBe(0)
      // Requests that are all refused at the door would show nothing of what is behind it.
      expect(granted - grantedBefore).toBeGreaterThan((sent - sentBefore) / 20)
    },
    PATIENCE_MS,
  )

  test('an answer — of another status, type, code or shape than declared — is complained of, so that the tests above can fail', async () => {
    const me = document.operations.find(({ key }) => key === 'GET /api/v1/me')
    if (!me) throw new Error('the description has no GET /me')
    const good = await people.ada.call('GET', '/me')
    const refused = await send(skyhold.baseUrl, { method: 'GET', path: '/api/v1/me' })
    const complaintAbout = (answer: Answer) => document.complaintAbout(me, answer, '/api/v1/me')
    expect([complaintAbout(good), complaintAbout(refused)]).toEqual([null, null])
    const withBody = (answer: Answer, json: object): Answer => ({ ...answer, json, text: JSON.stringify(json) })
    const refusedAs = (status: number, code: string): Answer => ({
      ...withBody(refused, { ...(refused.json as object), status, code }),
      status,
    })
    const bad = [
      { ...good, status: 202 },
      { ...good, headers: { 'content-type': 'text/html' } },
      withBody(good, { ...(good.json as object), passwordHash: 'x' }),
      withBody(good, {}),
      { ...good, text: '', json: null },
      { ...refused, headers: { 'content-type': 'application/json' } },
      { ...refused, status: 418 },
      withBody(refused, { ...(refused.json as object), code: 'unheard_of' }),
      withBody(refused, { ...(refused.json as object), code: 'card_declined' }),
      refusedAs(404, 'not_found'),
      refusedAs(405, 'method_not_allowed'),
      refusedAs(415, 'unsupported_media_type'),
    ]
    expect(bad.map((answer) => complaintAbout(answer) === null)).toEqual(bad.map(() => false))
    // A mangled address may be nobody's, or another's.
    for (const path of ['/api/v1/me/x', '/api/v1/airports'])
      expect(document.complaintAbout(me, refusedAs(404, 'not_found'), path)).toBeNull()
  })

  test('the whole system — after that — sells a seat, and what it printed has no secret and no defect', async () => {
    expect(sent).toBeGreaterThanOrEqual(REQUESTS)
    expect(skyhold.hasDied).toBe(false)
    const buyer = await Person.registered(skyhold.baseUrl)
    const booking = await buyer.book()
    expect(await buyer.does('GET', `/bookings/${booking.id}`)).toMatchObject({ status: 'awaiting_payment' })
    const output = skyhold.running.output()
    for (const secret of [people.admin.tokens.accessToken, people.ada.tokens.refreshToken, lookupToken])
      expect(output).not.toContain(secret)
    // That the broker went away for a moment is no request's doing; everything else that is an error is.
    const errors = output
      .split('\n')
      .filter((line) => /"level":(50|60)|unhandled|uncaught/i.test(line) && !line.includes('"type":"BusUnavailable"'))
    expect(errors).toEqual([])
  })
})
