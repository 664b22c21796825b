import { STATUS_CODES } from 'node:http'
import { PROBLEMS, type Problem, type ProblemCode } from '@skyhold/contracts'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { CommitUnknown, errorKind } from '../database/errors.ts'
import { Refusal } from '../refusal.ts'
import { fieldErrorsOf } from './field-errors.ts'

const TYPE_BASE = 'https://skyhold.example/problems/'

export function problemOf(refusal: Refusal, { instance, requestId }: { instance: string; requestId: string }): Problem {
  const { detail, members, errors } = refusal.options
  const [status, title] = PROBLEMS[refusal.code]
  return {
    type: TYPE_BASE + refusal.code,
    title,
    status,
    detail: detail ?? `${title}.`,
    instance,
    code: refusal.code,
    requestId,
    ...(errors ? { errors } : {}),
    ...members,
  }
}

/** Headers that belong to a refusal: when to come back, how to sign in. */
export function headersOf(refusal: Refusal): Record<string, string> {
  const { retryAfterSeconds } = refusal.options
  return {
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) }),
    ...(refusal.status === 401 ? { 'www-authenticate': 'Bearer realm="skyhold"' } : {}),
  }
}

/** The one place where an error becomes an answer. Whatever is not a refusal is a bug or a dependency that failed: logged in full, answered without a word of the inside. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = asRefusal(error)
  // A refusal is meant; anything else that ends in a 5xx is a defect, or a dependency that failed.
  const level = refusal.status >= 500 && !(error instanceof Refusal) ? 'error' : 'debug'
  request.log[level]({ err: error, code: refusal.code }, 'request refused')
  // Fastify would close the connection after a body that it could not read, and a client who is still sending would lose his answer by that. Node reads the rest and drops it.
  // While the service closes every connection has to end.
  if (request.server.server.listening) reply.removeHeader('connection')
  return sendProblem(refusal, request, reply)
}

export function sendProblem(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const instance = request.url.split('?', 1)[0] ?? '/'
  return reply
    .code(refusal.status)
    .headers(headersOf(refusal))
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemOf(refusal, { instance, requestId: request.id }))
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const failure = error as Partial<FastifyError>
  if (Array.isArray(failure.validation)) return invalidRequest(failure)
  const known = failure.code ? BY_FASTIFY_CODE[failure.code] : undefined
  if (known) return new Refusal(known[0], { detail: known[1] })
  if (typeof failure.statusCode === 'number' && failure.statusCode >= 400 && failure.statusCode < 500)
    return new Refusal(BY_STATUS[failure.statusCode] ?? 'invalid_request', {
      detail: `${STATUS_CODES[failure.statusCode] ?? 'Bad request'}.`,
    })
  // Nothing false may be said of it: whoever asks again, with the same key where there is one, is told what came of it.
  if (error instanceof CommitUnknown)
    return new Refusal('unavailable', {
      detail: 'The database went away while this was being stored, so it may have happened or not. Ask again.',
      retryAfterSeconds: 1,
    })
  if (errorKind(error) === 'connection')
    return new Refusal('unavailable', { detail: 'The database cannot be reached.', retryAfterSeconds: 2 })
  if (errorKind(error) === 'lock_timeout' || errorKind(error) === 'deadlock' || errorKind(error) === 'busy')
    return new Refusal('unavailable', { detail: 'Too many requests want the same thing right now.', retryAfterSeconds: 1 })
  return new Refusal('internal_error', { detail: 'Something went wrong on our side. The request id helps us to find it.' })
}

const BY_FASTIFY_CODE: Record<string, [ProblemCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than this call takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send application/json.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_request', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_request', 'The body is empty.'],
  FST_ERR_BAD_URL: ['invalid_request', 'The address has a percent sign that begins no escape.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'The body is not as long as Content-Length says.'],
}
const BY_STATUS: Record<number, ProblemCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
}

function invalidRequest(failure: Partial<FastifyError>): Refusal {
  const errors = fieldErrorsOf(failure.validation ?? [], failure.validationContext ?? 'body')
  return new Refusal('invalid_request', { detail: errors[0]?.message ?? 'The request is not valid.', errors })
}
