import type { IncomingHttpHeaders } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CallControl, CallHandler } from '../../src/proxy/upstream/call.ts'
import { Connections } from '../../src/proxy/upstream/connections.ts'
import { closedPort } from '../support/upstream.ts'

const answer = (body: string, headers = '') => `HTTP/1.1 200 OK\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`
const OK = answer('ok')

/** A service that says whatever the test has it say, byte by byte. */
class RawService {
  readonly sockets: Socket[] = []
  /** What reached it, by connection. */
  readonly heard: string[] = []
  reply: (socket: Socket, request: string) => void = (socket) => void socket.write(OK)
  readonly #server: Server = createServer((socket) => {
    const at = this.sockets.push(socket) - 1
    this.heard[at] = ''
    socket.on('error', () => undefined)
    socket.on('data', (piece) => {
      this.heard[at] += piece.toString('latin1')
      this.reply(socket, piece.toString('latin1'))
    })
  })

  /** From here on it answers, what it has left unanswered too. */
  answerAll(): void {
    this.reply = (socket) => void socket.write(OK)
    for (const socket of this.sockets) socket.write(OK)
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => void this.#server.close(resolve))
  }
}

interface Outcome {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

class Caller implements CallHandler {
  readonly done: Promise<Outcome>
  control: CallControl | null = null
  readonly begun = Promise.withResolvers<void>()
  readonly #settle = Promise.withResolvers<Outcome>()
  readonly #seen: Outcome = { status: 0, headers: {}, body: '' }
  bytes = 0
  onPiece: () => void = () => undefined

  constructor() {
    this.done = this.#settle.promise
    this.done.catch(() => undefined)
  }

  onRequestStart(control: CallControl): void {
    this.control = control
    this.begun.resolve()
  }

  onResponseStart(_control: CallControl, status: number, headers: IncomingHttpHeaders): void {
    Object.assign(this.#seen, { status, headers })
  }

  onResponseData(_control: CallControl, piece: Buffer): void {
    this.bytes += piece.length
    if (this.bytes < 10_000) this.#seen.body += piece.toString('latin1')
    this.onPiece()
  }

  onResponseEnd(): void {
    this.#settle.resolve(this.#seen)
  }

  onResponseError(_control: CallControl | null, error: Error): void {
    this.#settle.reject(error)
  }
}

let service: RawService
let connections: Connections
let url: string

beforeEach(async () => {
  service = new RawService()
  url = await service.open()
  connections = new Connections(url, { max: 2, waitingMax: 5_000, connectMs: 1_000, idleMs: 60_000 })
})
afterEach(async () => {
  connections.destroy()
  await service.close()
})

const call = (
  path: string,
  { method = 'GET', body = null as Buffer | null, headers = [] as string[], timeoutMs = 60_000 } = {},
): Caller => {
  const caller = new Caller()
  connections.dispatch({ method, path, headers, body, timeoutMs }, caller)
  return caller
}

test('a call — goes out as HTTP with its headers and its body, and its answer comes back', async () => {
  service.reply = (socket) => void socket.write(answer('{"ok":true}', 'x-one: 1\r\n'))
  const body = Buffer.from('{"n":1}')
  const outcome = await call('/a?b=%20', { method: 'POST', body, headers: ['x-two', '2', 'content-length', '7'] }).done
  expect(outcome).toEqual({ status: 200, headers: { 'x-one': '1', 'content-length': '11' }, body: '{"ok":true}' })
  expect(service.heard[0]).toBe(
    `POST /a?b=%20 HTTP/1.1\r\nhost: ${new URL(url).host}\r\nconnection: keep-alive\r\nx-two: 2\r\ncontent-length: 7\r\n\r\n{"n":1}`,
  )
})

test.each([
  ['POST', null, 'content-length: 0'],
  ['POST', Buffer.from('hi'), 'content-length: 2'],
  ['DELETE', null, null],
] as const)('a %s — whose headers say no length of its body %s — says %s', async (method, body, line) => {
  await call('/', { method, body }).done
  if (line) expect(service.heard[0]).toContain(`\r\n${line}\r\n`)
  else expect(service.heard[0]).not.toContain('content-length')
})

test('calls — one after the other — share a connection; those at once have one each, and no more than there may be', async () => {
  for (let i = 0; i < 3; i += 1) await call(`/${i}`).done
  expect(service.sockets).toHaveLength(1)
  const waiting: (() => void)[] = []
  service.reply = (socket) => void waiting.push(() => socket.write(answer('late')))
  const callers = [1, 2, 3, 4].map((i) => call(`/at-once/${i}`))
  await vi.waitFor(() => expect(waiting).toHaveLength(2))
  expect(service.sockets).toHaveLength(2)
  service.reply = (socket) => void socket.write(answer('soon'))
  for (const go of waiting) go()
  expect((await Promise.all(callers.map(({ done }) => done))).map(({ body }) => body)).toEqual(['late', 'late', 'soon', 'soon'])
  expect(service.sockets).toHaveLength(2)
})

test('a connection — that its answer ends, or that said more than it was asked — is not used again', async () => {
  service.reply = (socket) => void socket.write(answer('bye', 'connection: close\r\n'))
  await call('/1').done
  service.reply = (socket) => void socket.write(`${answer('two')}${answer('and a half')}`)
  expect((await call('/2').done).body).toBe('two')
  service.reply = (socket) => void socket.write(answer('three'))
  expect((await call('/3').done).body).toBe('three')
  expect(service.sockets).toHaveLength(3)
})

test('a connection — that says something while nobody asks — is closed, and nobody takes it for an answer', async () => {
  await call('/1').done
  service.sockets[0]?.write(answer('whose is this?'))
  await vi.waitFor(() => expect(service.sockets[0]?.destroyed).toBe(true))
  expect((await call('/2').done).body).toBe('ok')
})

test('a connection — idle when its service closes it, or for too long — is gone before the next call', async () => {
  await call('/1').done
  service.sockets[0]?.end()
  await vi.waitFor(() => expect(service.sockets[0]?.destroyed).toBe(true))
  expect((await call('/2').done).body).toBe('ok')

  const brief = new Connections(url, { max: 1, waitingMax: 10, connectMs: 1_000, idleMs: 50 })
  const caller = new Caller()
  brief.dispatch({ method: 'GET', path: '/', headers: [], body: null, timeoutMs: 1_000 }, caller)
  await caller.done
  await vi.waitFor(() => expect(service.sockets[2]?.destroyed).toBe(true))
  brief.destroy()
})

test.each([
  ['closes', (socket: Socket) => void socket.end()],
  ['resets', (socket: Socket) => void socket.resetAndDestroy()],
  ['closes in the middle', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal')],
  ['talks nonsense', (socket: Socket) => void socket.write('220 smtp ready\r\n\r\n')],
])('a service — that %s — fails its call alone', async (_what, reply) => {
  service.reply = reply
  await expect(call('/1').done).rejects.toThrow()
  service.reply = (socket) => void socket.write(answer('well'))
  expect((await call('/2').done).body).toBe('well')
})

test('a service — that nobody runs — fails a call that was never sent', async () => {
  const away = new Connections(`http://127.0.0.1:${await closedPort()}`, { max: 1, waitingMax: 10, connectMs: 1_000, idleMs: 1_000 })
  const callers = [new Caller(), new Caller()]
  for (const caller of callers) away.dispatch({ method: 'GET', path: '/', headers: [], body: null, timeoutMs: 1_000 }, caller)
  for (const { done, control } of callers) {
    await expect(done).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(control).toBeNull()
  }
  away.destroy()
})

test('a service — silent before its answer, or in the middle of it — is waited for so long and no longer', async () => {
  service.reply = () => undefined
  await expect(call('/1', { timeoutMs: 100 }).done).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' })
  service.reply = (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal')
  await expect(call('/2', { timeoutMs: 100 }).done).rejects.toMatchObject({ code: 'ETIMEDOUT' })
})

test('an answer — whose reader pauses — waits without a limit, and is whole in the end', async () => {
  const size = 8 * 1024 * 1024
  service.reply = (socket) => void socket.write(answer('x'.repeat(size)))
  const caller = call('/large', { timeoutMs: 100 })
  caller.onPiece = () => caller.control?.pause()
  await vi.waitFor(() => expect(caller.bytes).toBeGreaterThan(0))
  const before = caller.bytes
  // Longer than the service may be silent: it is not the service who is.
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(caller.bytes).toBe(before)
  caller.onPiece = () => undefined
  caller.control?.resume()
  await caller.done
  expect(caller.bytes).toBe(size)
  expect((await call('/next').done).status).toBe(200)
  expect(service.sockets).toHaveLength(1)
})

test('a call — whose maker goes away — closes its connection, and what he still does touches nobody else', async () => {
  service.reply = () => undefined
  const gone = call('/1')
  await vi.waitFor(() => expect(service.heard[0]).toContain('/1'))
  gone.control?.abort(new Error('gone'))
  await vi.waitFor(() => expect(service.sockets[0]?.destroyed).toBe(true))

  service.reply = (socket) => void socket.write(answer('ok'))
  const over = call('/2')
  await over.done
  let go: () => void = () => undefined
  service.reply = (socket) => void (go = () => socket.write(answer('still here')))
  const next = call('/3')
  await vi.waitFor(() => expect(service.heard[1]).toContain('/3'))
  over.control?.pause()
  over.control?.abort(new Error('too late'))
  go()
  expect((await next.done).body).toBe('still here')
})

test('a call — whose maker goes away before it was sent — never reaches the service, and its connection serves the next', async () => {
  const impatient = new Caller()
  impatient.onRequestStart = (control) => control.abort(new Error('gone'))
  connections.dispatch({ method: 'POST', path: '/never', headers: [], body: null, timeoutMs: 1_000 }, impatient)
  await vi.waitFor(() => expect(service.sockets).toHaveLength(1))
  await vi.waitFor(async () => {
    expect((await call('/next').done).status).toBe(200)
  })
  expect(service.heard.join('')).not.toContain('/never')
})

test('calls — thousands that wait and whose makers have gone — are passed over, and the next is served', async () => {
  service.reply = () => undefined
  const first = [call('/1'), call('/2')]
  await vi.waitFor(() => expect(service.heard.filter((heard) => heard !== '')).toHaveLength(2))
  for (let n = 0; n < 4_000; n += 1) {
    const gone = new Caller()
    gone.onRequestStart = (control) => control.abort(new Error('gone'))
    connections.dispatch({ method: 'GET', path: '/gone', headers: [], body: null, timeoutMs: 60_000 }, gone)
  }
  const last = call('/last')
  service.answerAll()
  for (const { done } of [...first, last]) expect((await done).status).toBe(200)
  expect(service.heard.join('')).not.toContain('/gone')
})

test('a call — that waits for a connection — can be withdrawn, and waits no longer than it may wait for its answer', async () => {
  service.reply = () => undefined
  for (const path of ['/1', '/2']) call(path)
  await vi.waitFor(() => expect(service.heard.filter((heard) => heard !== '')).toHaveLength(2))
  const withdrawn = new Caller()
  connections.dispatch({ method: 'GET', path: '/withdrawn', headers: [], body: null, timeoutMs: 60_000 }, withdrawn)?.()
  await expect(call('/3', { timeoutMs: 200 }).done).rejects.toMatchObject({ code: 'EBUSY' })
  service.answerAll()
  expect((await call('/4').done).status).toBe(200)
  expect(service.heard.join('')).not.toContain('/withdrawn')
  expect(service.heard.join('')).not.toContain('/3')
})

test('calls — more than may wait — are refused at once', async () => {
  service.reply = () => undefined
  const narrow = new Connections(url, { max: 1, waitingMax: 1, connectMs: 1_000, idleMs: 1_000 })
  const callers = [1, 2, 3].map(() => new Caller())
  for (const caller of callers) narrow.dispatch({ method: 'GET', path: '/', headers: [], body: null, timeoutMs: 60_000 }, caller)
  await expect(callers[2]?.done).rejects.toMatchObject({ code: 'EBUSY' })
  narrow.destroy()
})

test('connections — destroyed — fail what is under way, what waits, and what comes', async () => {
  service.reply = () => undefined
  const callers = [1, 2, 3].map((i) => call(`/${i}`))
  await vi.waitFor(() => expect(service.heard.filter((heard) => heard !== '')).toHaveLength(2))
  connections.destroy()
  for (const { done } of [...callers, call('/4')]) await expect(done).rejects.toMatchObject({ code: 'ECONNABORTED' })
})
