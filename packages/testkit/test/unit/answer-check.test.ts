import { expect, test } from 'vitest'
import { assertDeclared } from '../../src/index.ts'

const money = { amountMinor: 1000, currency: 'INR' }
const refund = { id: 'rfd_1', paymentId: 'pay_1', amount: money, status: 'pending', reason: 'late' }
const problem = { type: 'https://x', title: 'No', status: 404, detail: 'No.', instance: '/x', requestId: 'r', code: 'refund_not_found' }
const answer = (path: string, status: number, contentType?: string, headers: Record<string, string> = {}) => ({
  url: `http://host:1${path}`,
  status,
  headers: new Headers({ ...(contentType ? { 'content-type': contentType } : {}), ...headers }),
})
const request = (headers: Record<string, string>) =>
  assertDeclared('POST', answer('/api/v1/payments/pay_1/refunds', 202, 'application/json', headers), JSON.stringify(refund))
const askForLink = (headers: Record<string, string>) =>
  assertDeclared('POST', answer('/api/v1/auth/password-resets', 202, undefined, headers), '')
const read = (
  status: number,
  body: unknown,
  contentType = status === 200 ? 'application/json; charset=utf-8' : 'application/problem+json',
) => assertDeclared('GET', answer('/api/v1/refunds/rfd_1?x=1', status, contentType), JSON.stringify(body))

test('answer check — an answer as it is declared — passes', () => {
  read(200, refund)
  read(404, problem)
  assertDeclared('DELETE', answer('/api/v1/holds/hld_1', 204), '')
  request({ location: '/api/v1/refunds/rfd_1', 'retry-after': '2' })
  askForLink({})
  assertDeclared('GET', answer('/health/ready', 503, 'application/json'), '{}')
})

test.each<[string, () => void, RegExp]>([
  ['a status', () => read(418, problem), /does not declare this status/],
  ['a member of the body', () => read(200, { ...refund, ownerId: 'usr_1' }), /ownerId/],
  ['a member deep in the body', () => read(200, { ...refund, amount: { ...money, cents: 1 } }), /cents/],
  ['a problem code', () => read(404, { ...problem, code: 'hold_not_found' }), /body\/code/],
  ['a member of a problem', () => read(404, { ...problem, sql: 'SELECT' }), /sql/],
  ['a content type', () => read(404, problem, 'text/html'), /text\/html/],
  ['a Location', () => askForLink({ location: '/api/v1/me' }), /does not declare Location/],
  ['a Retry-After', () => askForLink({ 'retry-after': '2' }), /does not declare Retry-After/],
  ['a call', () => assertDeclared('POST', answer('/api/v1/nothing', 200), ''), /npm run contract/],
])('answer check — %s that is not declared — fails', (_what, check, reason) => {
  expect(check).toThrow(reason)
})

test.each<[string, () => void]>([
  ['a success', () => assertDeclared('GET', answer('/api/v1/refunds/rfd_1', 200, 'application/json'), '')],
  ['a refusal', () => assertDeclared('GET', answer('/api/v1/refunds/rfd_1', 404, 'application/problem+json'), '')],
  ['a refusal of no type', () => assertDeclared('POST', answer('/api/v1/auth/login', 401), '')],
])('answer check — %s without the body that is declared — fails', (_what, check) => {
  expect(check).toThrow(/declares a body, which is not sent/)
})

test('answer check — a HEAD, a 304, a 204 and the head of a stream — have no body, and pass; with one they fail', () => {
  const bodiless: [string, string, number, string?][] = [
    ['HEAD', '/api/v1/flights/flt_1', 200, 'application/json'],
    ['GET', '/api/v1/flights/flt_1', 304],
    ['DELETE', '/api/v1/holds/hld_1', 204],
  ]
  for (const [method, path, status, type] of bodiless) {
    assertDeclared(method, answer(path, status, type), '')
    expect(() => assertDeclared(method, answer(path, status, type), '{}')).toThrow(/has a body, where HTTP has none/)
  }
  assertDeclared('GET', answer('/api/v1/flights/flt_1/seat-map/events', 200, 'text/event-stream'), '')
})

test('answer check — a member or a Location that is missing — fails', () => {
  const { amount: _amount, ...rest } = refund
  expect(() => read(200, rest)).toThrow(/amount/)
  expect(() => request({ 'retry-after': '2' })).toThrow(/declares a Location, which is not sent/)
})

test('answer check — a moment that is none — fails', () => {
  const cancellation = { id: 'cxl_1', bookingId: 'bkg_1', status: 'quoted', refund: money, fee: money }
  const readAt = (expiresAt: string) =>
    assertDeclared('GET', answer('/api/v1/cancellations/cxl_1', 200, 'application/json'), JSON.stringify({ ...cancellation, expiresAt }))
  readAt('2026-12-01T10:10:00.000Z')
  readAt('2026-12-01T10:10:00+05:30')
  for (const moment of ['', 'soon', '2026-12-01', '2026-13-01T10:10:00.000Z', 'Invalid Date'])
    expect(() => readAt(moment)).toThrow(/expiresAt must match format "date-time"/)
})
