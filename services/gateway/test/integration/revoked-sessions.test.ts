import { DEVELOPMENT_SECRET } from '@skyhold/contracts'
import { createLogger, createServiceTokens } from '@skyhold/platform'
import { waitFor } from '@skyhold/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRevokedSessions } from '../../src/clients/revoked-sessions.ts'
import { bearer, type TestGateway, tokenOf } from '../support/gateway.ts'
import { SiteBench } from '../support/site.ts'
import { answerJson, closedPort, startUpstream } from '../support/upstream.ts'

/** What the design promises between the end of a session and the refusal of its tokens, at every gateway. */
const PROMISED_MS = 2_000

const site = new SiteBench()
let gateways: TestGateway[]

beforeEach(async () => {
  await site.open()
  const twin = await site.startGateway()
  site.extra.push(twin)
  gateways = [site.gateway, twin]
})
afterEach(() => site.close())

/** What each gateway says to a call that goes to a service which knows nothing of sessions. */
async function statusesOf(sid: string): Promise<number[]> {
  const headers = bearer(await tokenOf({ claims: { sid } }))
  return Promise.all(gateways.map(async (gateway) => (await site.call('/bookings', { headers }, gateway)).status))
}
const refusedEverywhere = (sid: string) => async () => (await statusesOf(sid)).every((status) => status === 401)

test('a session — that ends while two gateways run — is refused by both within two seconds, another is not', async () => {
  expect(await statusesOf('ses_1')).toEqual([200, 200])
  site.identity.revoked.push('ses_1')
  await waitFor(refusedEverywhere('ses_1'), { timeoutMs: PROMISED_MS, what: 'both gateways to refuse the session' })
  expect(await statusesOf('ses_2')).toEqual([200, 200])
})

test('a session — that ended before identity went away — stays refused, and one that ends after it is back is refused too', async () => {
  site.identity.revoked.push('ses_1')
  await waitFor(refusedEverywhere('ses_1'))
  const { answer } = site.identity
  let unanswered = 0
  site.identity.answer = (request, response) => {
    if (site.identity.isAway && request.url?.startsWith('/internal/')) unanswered += 1
    answer(request, response)
  }
  site.identity.isAway = true
  site.identity.revoked.splice(0)
  await waitFor(() => unanswered >= 2 * gateways.length)
  expect(await statusesOf('ses_1')).toEqual([401, 401])
  site.identity.revoked.push('ses_2')
  site.identity.isAway = false
  await waitFor(refusedEverywhere('ses_2'))
  expect(await statusesOf('ses_1')).toEqual([401, 401])
})

test('the ended sessions — of three replicas one away and one that hangs — are had by the same question, and the next asks whoever has answered', async () => {
  let hung = 0
  const hanging = await startUpstream(() => void (hung += 1))
  let asked = 0
  const answering = await startUpstream((request, response) => {
    asked += 1
    answerJson({ data: [{ sessionId: `ses_${asked}`, revokedAt: 1 }], now: 1 })(request, response)
  })
  site.extra.push(hanging, answering)
  const revoked = createRevokedSessions({
    identityUrls: [`http://127.0.0.1:${await closedPort()}`, hanging.url, answering.url],
    tokens: createServiceTokens(DEVELOPMENT_SECRET, 'gateway'),
    logger: createLogger({ service: 'test', level: 'silent' }),
  })
  await Promise.all([revoked.refresh(), revoked.refresh()])
  expect(revoked.has('ses_1')).toBe(true)
  expect(asked).toBe(1)
  await revoked.refresh()
  expect(revoked.has('ses_2')).toBe(true)
  expect(hung).toBe(1)
})
