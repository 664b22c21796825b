import { type App, Refusal } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { setTimeout as sleep } from 'node:timers/promises'
import { newObjectId } from '../domain/ids.ts'
import { Parameters } from '../domain/parameters.ts'
import { apiError, invalidRequest, ProviderRefusal, unauthorized, unavailable } from '../domain/refusal.ts'
import { isAboutPayment } from '../services/control.ts'
import type { Answer, Executor, Work } from '../services/executing.ts'
import { cancelIntent, confirmIntent, createIntent, retrieveIntent } from '../services/intents.ts'
import type { Call, Provider } from '../services/provider.ts'
import { createRefund } from '../services/refunds.ts'
import { listOf } from '../views/list.ts'

type Prepare = (id: string, parameters: Parameters, call: Call) => Work<unknown>
type Read = (id: string, parameters: Parameters) => object

const FORM = 'application/x-www-form-urlencoded'
const open = { config: { access: 'public' } } as const

/** Stripe's API under `/v1`. Its guard is the key, its bodies are forms, its errors are Stripe's; so it stands apart from the other routes. */
export function stripeRoutes(provider: Provider, executor: Executor) {
  return async (v1: App): Promise<void> => {
    v1.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => done(null, body))
    v1.addHook('onRequest', async (request, reply) => {
      reply.header('request-id', newObjectId('req'))
      const version = request.headers['stripe-version']
      if (version) reply.header('stripe-version', version)
      authenticate(request.headers.authorization)
    })
    v1.addHook('preHandler', async (request, reply) => misbehave(provider, request, reply))
    v1.setErrorHandler((error, request, reply) => answerError(error, request, reply))
    v1.setNotFoundHandler((request, reply) => {
      const refusal = new ProviderRefusal(404, {
        type: 'invalid_request_error',
        message: `Unrecognized request URL (${request.method}: ${pathOf(request)}). The simulator speaks the part of the API that Skyhold uses.`,
      })
      return sendRefusal(refusal, reply)
    })

    const post = (path: string, prepare: Prepare) =>
      v1.post(path, open, async (request, reply) => {
        const parameters = new Parameters(typeof request.body === 'string' ? request.body : '')
        const call = {
          requestId: String(reply.getHeader('request-id')),
          key: keyOf(request),
          path: pathOf(request),
          fingerprint: parameters.fingerprint(),
        }
        if (call.key !== null) reply.header('idempotency-key', call.key)
        const answer = await executor.answer(call, () => prepare(idOf(request), parameters, call))
        return send(answer, request, reply)
      })
    const get = (path: string, read: Read) =>
      v1.get(path, open, async (request, reply) => {
        const parameters = new Parameters(request.url.split('?', 2)[1] ?? '')
        return reply.type('application/json').send(JSON.stringify(read(idOf(request), parameters)))
      })

    post('/payment_intents', (_id, parameters, call) => createIntent(provider, parameters, call))
    post('/payment_intents/:id/confirm', (id, parameters, call) => confirmIntent(provider, id, parameters, call))
    post('/payment_intents/:id/cancel', (id, parameters, call) => cancelIntent(provider, id, parameters, call))
    post('/refunds', (_id, parameters, call) => createRefund(provider, parameters, call))
    get('/payment_intents', (_id, parameters) => listOf('/v1/payment_intents', provider.intents, parameters))
    get('/payment_intents/:id', (id, parameters) => retrieveIntent(provider, id, parameters))
    get('/charges', (_id, parameters) => listOf('/v1/charges', provider.charges, parameters))
    get('/charges/:id', (id) => provider.charges.get(id))
    get('/refunds', (_id, parameters) => listOf('/v1/refunds', provider.refunds, parameters))
    get('/refunds/:id', (id) => provider.refunds.get(id))
    get('/events', (_id, parameters) => listOf('/v1/events', provider.events, parameters))
    get('/events/:id', (id) => provider.events.get(id))
  }
}

/** Any secret test key opens, as `Bearer` or as the user of `Basic`. A live key is refused: whoever sends one has mistaken this for Stripe. */
function authenticate(header: string | undefined): void {
  if (!header) throw unauthorized("You did not provide an API key. Send it as 'Authorization: Bearer sk_test_…'.")
  const [scheme, value = ''] = header.split(' ', 2)
  const key = scheme?.toLowerCase() === 'basic' ? (Buffer.from(value, 'base64').toString().split(':', 1)[0] ?? '') : value
  if (!/^[sr]k_test_\w+$/.test(key)) throw unauthorized('Invalid API Key provided. The simulator takes any key that starts with sk_test_.')
}

/** The weather that the control door has ordered: lateness, and failures before anything is executed. */
async function misbehave({ control, met }: Provider, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (control.latencyMs > 0) await sleep(control.latencyMs)
  if (Math.random() >= control.failRate) return
  if (isAboutPayment(request)) met.failed += 1
  if (control.failAs === 'unavailable') throw unavailable()
  if (control.failAs === 'html') {
    await reply.type('text/html').send('<!doctype html><title>Welcome</title><p>It works!')
    return
  }
  cutConnection(reply)
}

function send(answer: Answer, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (answer.cutConnection) {
    request.log.info('connection cut after the charge, as the payment method says')
    return cutConnection(reply)
  }
  if (answer.replayOf !== undefined) reply.header('idempotent-replayed', 'true').header('original-request', answer.replayOf)
  // A kept 5xx comes again under its key however often it is asked for.
  if (answer.status >= 500) reply.header('stripe-should-retry', 'false')
  return reply.code(answer.status).type('application/json').send(answer.body)
}

function cutConnection(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  return reply
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ProviderRefusal) return sendRefusal(error, reply)
  // Starting or stopping: the platform's problem document has no `error` member, which the SDK would take for a success.
  if (error instanceof Refusal && error.status === 503) return sendRefusal(unavailable(), reply)
  const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status < 500) return sendRefusal(new ProviderRefusal(status, invalidRequest('The request is malformed or too large.').error), reply)
  request.log.error({ err: error }, 'request failed')
  return sendRefusal(apiError(), reply)
}

function sendRefusal(refusal: ProviderRefusal, reply: FastifyReply): FastifyReply {
  if (refusal.status === 503 || refusal.status === 409) reply.header('stripe-should-retry', 'true')
  return reply.code(refusal.status).type('application/json').send(refusal.body)
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? request.url

function idOf(request: FastifyRequest): string {
  const { params } = request
  return typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : ''
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  return typeof key === 'string' && key !== '' ? key : null
}
