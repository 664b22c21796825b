import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Logger } from '../logger.ts'
import { Refusal } from '../refusal.ts'
import { type AccessParts, authorize, isOpen } from './access.ts'
import { clientErrorAnswerer, flawOf, isOverrun, watchConnections } from './connections.ts'
import type { App } from './context.ts'
import { handleError, sendProblem } from './problem.ts'
import { requestLogger } from './request-logger.ts'
import { compileSerializer, compileValidator } from './validation.ts'

/** Every limit of a request, each with its reason. */
export const HTTP_LIMITS = {
  /** The largest booking, with 18 passengers of long names, is a tenth of it. */
  bodyBytes: 100 * 1024,
  /** Members in members: the deepest of our bodies has six. What walks through a body may do so by recursion. */
  bodyDepth: 32,
  headerBytes: 16 * 1024,
  /** A client that takes longer to send its headers is a slow one on purpose. */
  headersMs: 15_000,
  requestMs: 30_000,
  /** How often the two are looked at. Node's own half a minute would let a slow client have three times as long. */
  checkMs: 1_000,
  /** Longer than the gateway keeps an idle connection, so that it is never the service who closes first under a request. */
  keepAliveMs: 75_000,
} as const

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

export const requestIdOf = (incoming: IncomingMessage): string => {
  const given = incoming.headers['x-request-id']
  return typeof given === 'string' && SANE_REQUEST_ID.test(given) ? given : randomUUID()
}

export interface AppParts extends AccessParts {
  logger: Logger
  /** Every answer has them. */
  headers?: Readonly<Record<string, string>>
}

/** A Fastify app that speaks problem+json, names every request, checks who calls and takes no more than its limits. */
export function createApp({ logger, headers = {}, ...access }: AppParts): App {
  const app = Fastify({
    loggerInstance: asBaseLogger(logger),
    childLoggerFactory: (parent, bindings) => requestLogger(parent, bindings),
    // One line a request would cost more than the request; what matters is logged as an event of its own.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: (incoming) => requestIdOf(incoming),
    requestIdHeader: false,
    // Fastify's own answer while it closes is no problem document, which the gateway takes for a broken service; ours says when to come back (service.ts).
    return503OnClosing: false,
    bodyLimit: HTTP_LIMITS.bodyBytes,
    requestTimeout: HTTP_LIMITS.requestMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    http: {
      maxHeaderSize: HTTP_LIMITS.headerBytes,
      headersTimeout: HTTP_LIMITS.headersMs,
      connectionsCheckingInterval: HTTP_LIMITS.checkMs,
      // Node would refuse it without a problem document.
      requireHostHeader: false,
    },
    // Whether a name is too long its route says; the router's own refusal is no problem document.
    routerOptions: { maxParamLength: HTTP_LIMITS.headerBytes },
    // An address that cannot be decoded comes by no hook and no error handler.
    frameworkErrors: (error, request, reply) => {
      handleError(error, request, reply.headers(headers).header('x-request-id', request.id))
    },
    clientErrorHandler: clientErrorAnswerer(headers),
  }).withTypeProvider<TypeBoxTypeProvider>()

  // Fastify reads text as well, which no call takes: it would be judged as a body of the wrong shape, and a page of elsewhere may send it without asking.
  app.removeContentTypeParser('text/plain')
  readEmptyAsNone(app)
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(compileSerializer)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new Refusal('not_found', { detail: 'There is nothing at this address.' }), request, reply),
  )
  app.decorateRequest('identified', null)
  app.decorateRequest('bookingToken', null)
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined && route.method !== 'HEAD')
      throw new Error(`${String(route.method)} ${route.url} does not say who may call it`)
  })
  // Hooks that every request goes through are without a promise where there is nothing to wait for.
  app.addHook('onRequest', (request, reply, done) => {
    if (isOverrun(request.raw)) return
    reply.headers(headers).header('x-request-id', request.id)
    const flaw = flawOf(request.raw)
    if (flaw !== null) done(new Refusal('invalid_request', { detail: flaw }))
    else if (isOpen(request.routeOptions.config.access)) done()
    else authorize(request, access).then(() => done(), done)
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (isDeeperThan(HTTP_LIMITS.bodyDepth, request.body))
      done(new Refusal('invalid_request', { detail: 'The body is nested too deeply.' }))
    else done()
  })
  watchConnections(app.server)
  letGoOfSilent(app)
  return app
}

/** Many HTTP clients name a content type whether or not they send anything. Where the call takes a body, an empty one is refused as such. */
function readEmptyAsNone(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && request.routeOptions.schema?.body === undefined) done(null)
    else void parse(request, body, done)
  })
}

/** Of what was parsed; raw bytes and streams, which some routes take, have no depth. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return false
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member))
}

/**
 * Browsers and connection pools open connections ahead of need. Node's `server.close()` waits for one that has never asked for anything as if it were at work,
 * until its headers are too late, a minute or so; it is closed at once instead.
 */
function letGoOfSilent(app: Pick<App, 'server' | 'addHook'>): void {
  const silent = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  app.server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('preClose', async () => {
    for (const socket of silent) socket.destroy()
  })
}

/** Pino's type says more than Fastify's; without this the type of the app would carry pino's into every route. */
const asBaseLogger = (logger: FastifyBaseLogger): FastifyBaseLogger => logger
