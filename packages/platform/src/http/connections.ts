import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Refusal } from '../refusal.ts'
import { problemOf } from './problem.ts'

/** Nobody needs more: browsers send none ahead, and the few programs that do send a handful. */
export const PIPELINED_MAX = 16

/** How long a client has to read the last answer on a connection. One that never closes would keep its socket for ever, half open. */
const LINGER_MS = 1_000

/** As Node knows it. */
const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i

interface Line {
  /** The answer to the last request that has come. Answers go out in order: when it is sent, all are, and an idle connection keeps none. */
  last: ServerResponse | null
  /** Answers to requests that came while another was running, and are not sent yet. */
  ahead: number
  isBroken: boolean
}

/** What was asked on each connection. Node counts nothing here: a single piece read from the socket may hold two thousand requests, and all of them run at once. */
const lines = new WeakMap<Socket, Line>()

/** Closes a connection on which too many requests are sent ahead of their answers, and lets no request be answered by Node itself, which knows no problem documents. */
export function watchConnections(server: Server): void {
  server.on('connection', (socket: Socket) => lines.set(socket, { last: null, ahead: 0, isBroken: false }))
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const line = lines.get(socket)
    if (!line) return
    line.last = response
    response.on('finish', forget)
    // An answer has the socket from the beginning when it is its turn, which is nearly always.
    if (response.socket) return
    line.ahead += 1
    if (line.ahead > PIPELINED_MAX) socket.destroy()
    else response.once('close', () => (line.ahead -= 1))
  })
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => server.emit('request', request, response))
}

/** One for all, without a closure for each request. A request that has not come whole is still the one that broken bytes belong to. */
function forget(this: ServerResponse): void {
  const line = lines.get(this.req.socket)
  if (line?.last === this && this.req.complete) line.last = null
}

/** Whether a request is of a connection that was closed because of their number: nobody would read an answer, and the rest of what was read would still run. */
export const isOverrun = ({ socket }: IncomingMessage): boolean => socket.destroyed && (lines.get(socket)?.ahead ?? 0) > PIPELINED_MAX

/** What is wrong with the head of a request that Node takes; null for nothing. Two hosts are one for a proxy on the way and another for us. */
export function flawOf({ headers, rawHeaders, httpVersion }: IncomingMessage): string | null {
  if (headers.expect !== undefined && !CONTINUE.test(headers.expect)) return 'The only expectation that can be met is 100-continue.'
  if (headers.host === undefined) return httpVersion === '1.0' ? null : 'The request has no Host.'
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.length === 4 && rawHeaders[i]?.toLowerCase() === 'host') hosts += 1
  return hosts > 1 ? 'The request has more than one Host.' : null
}

type ClientErrorHandler = (error: NodeJS.ErrnoException, socket: Socket) => void

/** Answers errors before there is a request, with the headers that every answer has. */
export function clientErrorAnswerer(headers: Readonly<Record<string, string>>): ClientErrorHandler {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return (error, socket) => answerClientError(error, socket, () => refuse(error, socket, lines.join('')))
}

/** Broken HTTP, headers too large or too slow. The connection is of no further use. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket, refuseIt: () => void): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const line = lines.get(socket)
  // What still comes is as broken, and is told of again and again.
  if (line?.isBroken) return
  if (line) line.isBroken = true
  const last = line?.last
  if (!last) refuseIt()
  else if (last.req.complete) {
    // Written now it would be taken for the answer to the request before.
    if (last.writableFinished) refuseIt()
    else last.once('finish', refuseIt)
  } else if (last.socket && !last.headersSent) refuseIt()
  else if (last.writableFinished) closeSoon(socket)
  else socket.destroy()
}

function refuse(error: NodeJS.ErrnoException, socket: Socket, headerLines: string): void {
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const refusal = tooLarge
    ? new Refusal('headers_too_large')
    : new Refusal('invalid_request', { detail: 'The request is not valid HTTP, or was too slow.' })
  const requestId = randomUUID()
  const body = JSON.stringify(problemOf(refusal, { instance: '/', requestId }))
  const line = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'
  closeSoon(
    socket,
    `HTTP/1.1 ${line}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\nx-request-id: ${requestId}\r\n${headerLines}\r\n${body}`,
  )
}

function closeSoon(socket: Socket, lastWord = ''): void {
  if (socket.writable) socket.end(lastWord)
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}
