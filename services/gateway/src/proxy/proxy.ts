import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline, type Transform } from 'node:stream'
import { checkpoint, Refusal, sendProblem } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { NO_STORE } from '../policies/browser-safety.ts'
import { clientAddressOf, clientOriginOf } from '../policies/client-address.ts'
import type { RouteRule } from '../policies/route-table.ts'
import { encoderOf } from './encoding.ts'
import { type Failure, isGibberish, isProblem, refusalOf, unreachable } from './failures.ts'
import { requestHeaders, responseHeaders } from './headers.ts'
import type { Replica, Replicas } from './replicas.ts'
import type { CallControl, CallHandler } from './upstream/call.ts'
import { arrivedBody, assertLengthAllowed, hasBody, mayArriveWhole, RequestBody, tooLarge, whenArrived } from './request-body.ts'

/** A read that was cut off is asked again of each other replica, and where there is none once more of the same, over a new connection. */
const CUTS_MAX = 2

/** How long a read waits for a replica that may not be there, where another one is: many times what an answer takes. */
const PROBE_MS = 2_000

/** A client has so many times as long to take a piece of an answer as the service has to make it. */
const READER_PATIENCE = 6

/** Past this, copying costs more than the write that it saves. */
const SMALL_BYTES = 16 * 1024

export interface ForwardOptions {
  rule: RouteRule
  replicas: Replicas
  trustedProxies: number
  /** The request's body where somebody has read it already. */
  body?: Buffer
}

/** Passes a request on to a service and its answer back, both as streams. Whatever goes wrong before the answer begins becomes a problem; after that the connection is cut. */
export function forward(request: FastifyRequest, reply: FastifyReply, options: ForwardOptions): void {
  if (isGone(request)) return
  assertLengthAllowed(request.raw)
  // A target such as `http://elsewhere/…` or `*` is for proxies of another kind.
  if (!request.raw.url?.startsWith('/')) throw new Refusal('invalid_request', { detail: 'The address of the request has to be a path.' })
  new Exchange(request, reply, options).begin()
}

/** Whether nobody would read an answer. Who has left while the request waited for the limits has been told of already, and nothing would end what is begun for him. */
export const isGone = ({ raw }: FastifyRequest): boolean => raw.socket.destroyed

/** One request, its tries and its answer. A class, since its methods are what the connection to the service calls, without a closure for each. */
class Exchange implements CallHandler {
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  readonly #response: ServerResponse
  readonly #rule: RouteRule
  readonly #replicas: Replicas
  readonly #headers: string[]
  readonly #hasBody: boolean
  readonly #isRead: boolean
  #arrived: Buffer | null
  readonly #tried: Replica[] = []
  #tries = 0
  /** How often it was broken off behind being sent. */
  #cuts = 0
  #replica: Replica | null = null
  /** Its replica has failed lately and another one is well: there it need not wait long. */
  #isProbe = false
  #body: RequestBody | null = null
  #controller: CallControl | null = null
  /** Gives up what it waits for: its body, or a connection. */
  #withdraw: (() => void) | null = null
  /** How often its replica had answered before it was asked. */
  #answersBefore = 0
  /** Compresses the answer, where its client asks for that; it ends the response. */
  #encoder: Transform | null = null
  #upstream: { status: number; headers: string[]; length: number } | null = null
  /** `answering`: the client has the answer's head; `discarding`: it got another answer; `over`: nothing more is of interest. */
  #state: 'waiting' | 'answering' | 'discarding' | 'over' = 'waiting'
  #received = 0
  /** The client takes no more at present. */
  #isHeldUp = false

  constructor(request: FastifyRequest, reply: FastifyReply, { rule, replicas, trustedProxies, body }: ForwardOptions) {
    this.#request = request
    this.#reply = reply
    this.#response = reply.raw
    this.#rule = rule
    this.#replicas = replicas
    const { raw } = request
    this.#hasBody = hasBody(raw)
    this.#arrived = this.#hasBody ? (body ?? arrivedBody(raw)) : null
    this.#isRead = raw.method === 'GET' || raw.method === 'HEAD'
    const address = clientAddressOf(raw, trustedProxies)
    this.#headers = requestHeaders(raw.headers, { requestId: request.id, address, ...clientOriginOf(raw, trustedProxies) }, this.#hasBody)
    this.#response.on('close', this.#onClientClose)
  }

  begin(): void {
    if (!this.#hasBody || this.#arrived || !mayArriveWhole(this.#request.raw)) return this.#attempt()
    this.#withdraw = whenArrived(this.#request.raw, (body) => {
      this.#arrived = body
      this.#attempt()
    })
  }

  #attempt(): void {
    const replica = this.#nextReplica()
    if (!replica) return this.#fail(unreachable(this.#rule))
    const attempt = (this.#tries += 1)
    this.#replica = replica
    this.#isProbe = this.#isRead && this.#replicas.isDoubtful(replica)
    this.#controller = null
    this.#withdraw = null
    this.#answersBefore = replica.breaker.answers
    this.#body = this.#hasBody && !this.#arrived ? new RequestBody(this.#request.raw, this.#onTooLarge) : null
    const { isEventStream } = this.#rule
    const timeoutMs = this.#isProbe ? Math.min(PROBE_MS, this.#rule.timeoutMs) : this.#rule.timeoutMs
    const { method = 'GET', url = '/' } = this.#request.raw
    const withdraw = replica.dispatch(
      { method, path: url, headers: this.#headers, body: this.#arrived ?? this.#body, timeoutMs, isEventStream },
      this,
    )
    // A call that failed at once has begun the next one by now, and that one's place in line is another.
    if (attempt === this.#tries) this.#withdraw = withdraw
  }

  #nextReplica(): Replica | null {
    const replica = this.#replicas.next(this.#tried, this.#isRead ? 'read' : 'write')
    return replica ?? (this.#cuts > 0 ? this.#replicas.next([], 'read') : null)
  }

  onRequestStart(controller: CallControl): void {
    this.#controller = controller
    if (this.#state === 'over') controller.abort(new Error('the client has gone'))
  }

  onResponseStart(controller: CallControl, status: number, headers: IncomingHttpHeaders): void {
    // 1xx are a matter of this hop.
    if (status < 200 || this.#state !== 'waiting') return
    checkpoint('gateway.answered')
    this.#replica?.breaker.succeeded()
    if (status >= 500 && !isProblem(headers)) {
      this.#request.log.warn(
        { status, service: this.#rule.service, replica: this.#replica?.url },
        'a service failed without a problem document',
      )
      this.#fail(new Refusal('bad_gateway', { detail: `The ${this.#rule.service} service gave no usable answer.` }))
      this.#state = 'discarding'
      return
    }
    this.#controller = controller
    this.#state = 'answering'
    this.#reply.hijack()
    const own = this.#reply.getHeaders()
    // Whatever its service says of it: made for one caller, or by a change, it stays out of every cache.
    if (this.#rule.access !== 'public' || !this.#isRead) own['cache-control'] = NO_STORE
    const length = Number(headers['content-length'] ?? -1)
    this.#encoder = encoderOf(this.#request.raw, { path: this.#rule.path, status, headers, own, length })
    this.#upstream = { status, headers: responseHeaders(headers, own), length: this.#encoder ? -1 : length }
    if (this.#encoder) {
      this.#writeHead()
      pipeline(this.#encoder, this.#response, this.#onEncoded)
      return
    }
    // An answer of unknown length may be one whose first piece is long in coming, such as a stream of events: its head goes out at once.
    if (length < 0) {
      this.#writeHead()
      this.#response.flushHeaders()
    }
  }

  onResponseData(controller: CallControl, chunk: Buffer): void {
    if (this.#state !== 'answering' || !this.#upstream) return
    this.#received += chunk.length
    this.#writeHead()
    if (this.#received === this.#upstream.length) {
      // As text the usual small answer joins its head in one write; as bytes it would be a second piece. Latin-1 is byte for byte what came.
      if (chunk.length <= SMALL_BYTES) this.#response.end(chunk.toString('latin1'), 'latin1')
      else this.#response.end(Buffer.from(chunk))
      return
    }
    const sink = this.#encoder ?? this.#response
    // What had arrived before the pause still comes, piece by piece.
    if (sink.write(Buffer.from(chunk)) || this.#isHeldUp) return
    this.#isHeldUp = true
    controller.pause()
    // While it is paused the answer has no timeout of its own, and a reader who takes nothing would keep the service's connection for ever.
    const readerIsGone = setTimeout(this.#onReaderGone, READER_PATIENCE * this.#rule.timeoutMs).unref()
    sink.once('drain', () => {
      this.#isHeldUp = false
      clearTimeout(readerIsGone)
      controller.resume()
    })
  }

  onResponseEnd(): void {
    if (this.#state !== 'answering') return
    this.#state = 'over'
    this.#writeHead()
    if (this.#encoder) this.#encoder.end()
    else if (!this.#response.writableEnded) this.#response.end()
  }

  onResponseError(_controller: CallControl | null, error: Failure): void {
    if (this.#state === 'over' || this.#state === 'discarding') return
    const { service } = this.#rule
    if (this.#replica && !isGibberish(error) && !this.#isOwnDelay(error, this.#replica)) this.#replica.breaker.failed(Date.now())
    if (this.#state === 'answering') {
      // The head is gone: cutting the connection is the one way left to say that the answer is not whole.
      this.#request.log.warn({ err: error, service, replica: this.#replica?.url }, 'an answer broke off')
      this.#state = 'over'
      this.#response.destroy()
      return
    }
    if (this.#mayTryAgain(error)) {
      this.#attempt()
      return
    }
    this.#request.log.warn({ err: error, service, replica: this.#replica?.url }, 'a service could not be asked')
    this.#fail(refusalOf(error, { rule: this.#rule, request: this.#request.raw, isSent: this.#controller !== null }))
  }

  /** Too slow, beside others who were answered meanwhile; or never sent, by which nothing is known of the replica. */
  #isOwnDelay({ code }: { code?: string }, { breaker }: Replica): boolean {
    return code === 'EBUSY' || (code === 'UND_ERR_HEADERS_TIMEOUT' && breaker.answers > this.#answersBefore)
  }

  /** Without a connection nothing was sent, so any request may go to another replica; once it was sent, only one that changes nothing. */
  #mayTryAgain(error: Failure): boolean {
    if (this.#replica) this.#tried.push(this.#replica)
    if (error.code === 'UND_ERR_HEADERS_TIMEOUT') return this.#isProbe
    if (isGibberish(error)) return false
    const replicas = this.#replicas.all.length
    if (this.#controller) {
      this.#cuts += 1
      return this.#isRead && this.#cuts < Math.max(CUTS_MAX, replicas)
    }
    this.#replica?.rest()
    return !this.#body?.isStarted && this.#tried.length < replicas
  }

  #writeHead(): void {
    if (this.#upstream && !this.#response.headersSent) this.#response.writeHead(this.#upstream.status, this.#upstream.headers)
  }

  #fail(refusal: Refusal): void {
    this.#state = 'over'
    this.#body?.destroy()
    sendProblem(refusal, this.#request, this.#reply)
  }

  readonly #onEncoded = (error: Error | null | undefined): void => {
    if (error) this.#request.log.debug({ err: error }, 'a compressed answer did not arrive whole')
  }

  readonly #onTooLarge = (): void => {
    if (this.#state === 'answering') this.#response.destroy()
    else if (this.#state === 'waiting') this.#fail(tooLarge())
    this.#state = 'over'
    this.#controller?.abort(new Error('the body is too large'))
  }

  readonly #onReaderGone = (): void => {
    this.#response.destroy()
    // Of a response that was over before, no word comes any more.
    this.#onClientClose()
  }

  readonly #onClientClose = (): void => {
    if (this.#state === 'over' || this.#response.writableFinished) return
    this.#state = 'over'
    this.#withdraw?.()
    this.#controller?.abort(new Error('the client has gone'))
  }
}
