import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { waitFor } from '@skyhold/testkit'
import { expect, test, vi } from 'vitest'
import { sampleService } from '../support/sample-service.ts'
import { statusesOf, talkTo } from '../support/raw-talk.ts'

test('a service — that closes while a connection has never asked for anything — does not wait for it', async () => {
  const service = sampleService({ startPatienceSeconds: 600 })
  await service.listen()
  await service.started
  const silent = connect(Number(new URL(service.url).port), '127.0.0.1')
  await once(silent, 'connect')
  // Node gives such a connection its headers' timeout, which is longer than this test has.
  const ended = once(silent, 'close')
  await service.close()
  await ended
  expect(silent.destroyed).toBe(true)
})

const ASK = 'GET /health/ready HTTP/1.1\r\nhost: sample\r\n\r\n'

async function started() {
  const service = sampleService({ startPatienceSeconds: 600 })
  service.http.get('/thing', { config: { access: 'public' } }, async () => ({ done: true }))
  await service.listen()
  await service.started
  return service
}

test('a service — that drains — answers who has a connection, each answer its last, says that it is not ready, and takes nobody new', async () => {
  const service = await started()
  const [one, other] = [talkTo(service, ASK), talkTo(service, ASK)]
  await waitFor(() => statusesOf(one).length === 1 && statusesOf(other).length === 1)
  const { url } = service
  const drained = service.drain()
  await waitFor(() => !service.http.server.listening)
  await expect(fetch(`${url}/thing`)).rejects.toThrow()
  one.socket.write('GET /thing HTTP/1.1\r\nhost: sample\r\n\r\n')
  other.socket.write(ASK)
  await waitFor(() => one.isClosed && other.isClosed)
  expect([statusesOf(one), statusesOf(other)]).toEqual([
    [200, 200],
    [200, 503],
  ])
  for (const { said } of [one, other]) expect(said.match(/^connection: close\r$/gim)).toHaveLength(1)
  // Nobody is left, so nobody is waited for.
  await drained
  await service.close()
})

test('a service — told to end by clients who keep their connections and go on — fails none of their requests', async () => {
  const service = await started()
  const { hostname, port } = new URL(service.url)
  const agent = new Agent({ keepAlive: true })
  const outcomes = new Set<string>()
  const ask = () =>
    new Promise<string>((resolve) => {
      const asking = request({ agent, hostname, port, path: '/thing' }, (response) =>
        response.resume().once('end', () => resolve(String(response.statusCode))),
      )
      asking.once('error', ({ code }: NodeJS.ErrnoException) => resolve(asking.reusedSocket ? String(code) : 'no new connection'))
      asking.end()
    })
  const clients = Array.from({ length: 20 }, async () => {
    for (let outcome = ''; outcome !== 'no new connection'; outcomes.add(outcome)) outcome = await ask()
  })
  await waitFor(() => outcomes.has('200'))
  await service.drain()
  await service.close()
  await Promise.all(clients)
  agent.destroy()
  expect([...outcomes].sort()).toEqual(['200', 'no new connection'])
})

const CALLERS = 10
/** A thread of its own, because ours stands still meanwhile. `go` and `connected` are the two numbers that both see. */
const CALLING = `
  const { connect } = require('node:net')
  const { parentPort, workerData } = require('node:worker_threads')
  const { shared, port, count, ask } = workerData
  Atomics.wait(shared, 0, 0)
  const outcomes = []
  for (let i = 0; i < count; i += 1) {
    let outcome = 'nothing'
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(ask)
      Atomics.add(shared, 1, 1)
      Atomics.notify(shared, 1)
    })
    socket.on('data', (piece) => { outcome = String(piece).slice(9, 12) })
    socket.on('error', ({ code }) => { outcome = code })
    socket.on('close', () => { if (outcomes.push(outcome) === count) parentPort.postMessage(outcomes) })
  }
`

/** Callers who come when they are told to, and what each was answered. */
async function callersOf({ url }: { url: string }) {
  const shared = new Int32Array(new SharedArrayBuffer(8))
  const workerData = { shared, port: Number(new URL(url).port), count: CALLERS, ask: ASK.replace('/health/ready', '/thing') }
  const thread = new Worker(CALLING, { eval: true, workerData })
  const outcomes = once(thread, 'message')
  await once(thread, 'online')
  /** This thread, and with it the service, stands still until all of them have come to its door. */
  const comeMeanwhile = () => {
    Atomics.store(shared, 0, 1)
    Atomics.notify(shared, 0)
    for (let seen = 0; seen < CALLERS; seen = Atomics.load(shared, 1)) expect(Atomics.wait(shared, 1, seen, 5_000)).not.toBe('timed-out')
  }
  return { comeMeanwhile, outcomes }
}

test.each([
  { moment: 'before it closes its door', turns: 0 },
  { moment: 'in the first turn in which it lets in who is there', turns: 1 },
  { moment: 'in the second, after it has asked who is there', turns: 2 },
])('a service — told to end, with callers who come while it stands still $moment — serves each of them', async ({ turns }) => {
  const service = await started()
  const { comeMeanwhile, outcomes } = await callersOf(service)
  // What is put off to the next turn before the service does so comes before the service in each of them.
  const after = (left: number): void => (left === 0 ? comeMeanwhile() : void setImmediate(() => after(left - 1)))
  after(turns)
  await service.drain()
  await service.close()
  expect(await outcomes).toEqual([Array.from({ length: CALLERS }, () => '200')])
})

test('a service — told to end, with a caller who is let in and resets his connection before he is served — goes on', async () => {
  const service = await started()
  const { server } = service.http
  const uncaught = vi.fn<(error: Error) => void>()
  process.on('uncaughtException', uncaught)
  const connections = () => promisify(server.getConnections.bind(server))()
  let isBusy = true
  // No turn is idle, so the port stays open and nobody who is let in is served.
  const keepBusy = (): void => {
    const until = performance.now() + 1
    while (performance.now() < until);
    if (isBusy) setImmediate(keepBusy)
  }
  keepBusy()
  const drained = service.drain()
  const caller = connect(Number(new URL(service.url).port), '127.0.0.1')
  await once(caller, 'connect')
  await waitFor(async () => (await connections()) === 1, { what: 'the caller to be let in' })
  expect(server.listening).toBe(true)
  caller.resetAndDestroy()
  await waitFor(async () => (await connections()) === 0, { what: 'the caller to be gone' })
  isBusy = false
  await drained
  await service.close()
  process.off('uncaughtException', uncaught)
  expect(uncaught).not.toHaveBeenCalled()
})
