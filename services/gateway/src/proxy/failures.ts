import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Refusal } from '@skyhold/platform/without-database'
import type { RouteRule } from '../policies/route-table.ts'
import { Gibberish } from './upstream/response-reader.ts'

export type Failure = Error & { code?: string }

export const isProblem = (headers: IncomingHttpHeaders): boolean => headers['content-type']?.startsWith('application/problem+json') ?? false

/** What came back was not HTTP, or more of it than is sane. */
export const isGibberish = (error: Failure): boolean =>
  error instanceof Gibberish || error.name === 'HTTPParserError' || error.code === 'UND_ERR_HEADERS_OVERFLOW'

export const unreachable = ({ service }: RouteRule): Refusal =>
  new Refusal('unavailable', { detail: `The ${service} service cannot be reached.`, retryAfterSeconds: 1 })

interface Failed {
  rule: RouteRule
  request: IncomingMessage
  /** The service has had the request, or a part of it. */
  isSent: boolean
}

/** What whoever asked is told when there is no answer: no more than is known. */
export function refusalOf(error: Failure, { rule, request, isSent }: Failed): Refusal {
  const { service } = rule
  if (error.code === 'UND_ERR_HEADERS_TIMEOUT')
    return new Refusal('gateway_timeout', {
      detail: `The ${service} service did not answer in time. ${afterSilence(request)}`,
      retryAfterSeconds: 1,
    })
  if (isGibberish(error)) return new Refusal('bad_gateway', { detail: `The ${service} service gave no usable answer.` })
  if (!isSent || isRead(request)) return unreachable(rule)
  return new Refusal('bad_gateway', {
    detail: `The ${service} service broke off before its answer. ${afterSilence(request)}`,
    ...(isRepeatable(request) ? { retryAfterSeconds: 1 } : {}),
  })
}

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD'

/** Whether doing it twice does no more than doing it once (RFC 9110 §9.2.2). */
const isRepeatable = ({ method, headers }: IncomingMessage): boolean =>
  method === 'PUT' || method === 'DELETE' || headers['idempotency-key'] !== undefined

/** What whoever asked can do when nobody knows whether it was done. */
function afterSilence(request: IncomingMessage): string {
  if (isRead(request)) return 'Ask again.'
  if (!isRepeatable(request)) return 'It may have done what you asked: look before you repeat it.'
  return request.headers['idempotency-key'] === undefined
    ? 'It may have done what you asked; repeating it does no more.'
    : 'It may have done what you asked; repeating it under the same Idempotency-Key is safe.'
}
