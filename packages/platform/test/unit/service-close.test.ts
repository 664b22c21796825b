import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, Server as NetServer } from 'node:net'
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
const ignore = () => undefined
/** A thread of its own, because ours stands still meanwhile. The numbers that both see: that they are to come, and that they have come. */
const CALLING = `
  const { connect } = require('node:net')
  const { parentPort, workerData } = require('node:worker_threads')
  const { shared, port, count, ask } = workerData
  Atomics.wait(shared, 0, 0)
  const outcomes = []
  for (let i = 0; i < count; i += 1) {
    let outcome = 'nothing'
    const socket = connect(port, '127.0.0.1', () => socket.write(ask))
    socket.on('data', (piece) => { outcome = String(piece).slice(9, 12) })
    socket.on('error', ({ code }) => { outcome = code })
    socket.on('close', () => { if (outcomes.push(outcome) === count) parentPort.postMessage(outcomes.sort()) })
  }
  setImmediate(() => {
    Atomics.store(shared, 1, 1)
    Atomics.notify(shared, 1)
  })
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
    expect(Atomics.wait(shared, 1, 0, 5_000)).not.toBe('timed-out')
  }
  return { comeMeanwhile, outcomes }
}

const served = (count: number): string[] => Array.from({ length: CALLERS }, (_, place) => (place < count ? '200' : 'ECONNREFUSED'))

test.each([
  { moment: 'before it closes its door', turns: 0, count: CALLERS },
  // Who is to be let in then finds one place to wait at.
  { moment: 'after it has let in who was there', turns: 1, count: 1 },
])(
  'a service — told to end, with callers who come while it stands still $moment — serves $count of them, and resets none',
  async ({ turns, count }) => {
    const service = await started()
    const { comeMeanwhile, outcomes } = await callersOf(service)
    // What is put off to the next turn before the service does so comes before the service.
    const after = (left: number): void => (left === 0 ? comeMeanwhile() : void setImmediate(() => after(left - 1)))
    after(turns)
    await service.drain()
    await service.close()
    expect(await outcomes).toEqual([served(count)])
  },
)

test('a service — told to end, with callers who come between its last look and the closing of its port — resets none of them', async () => {
  const service = await started()
  const { comeMeanwhile, outcomes } = await callersOf(service)
  const closing = vi.spyOn(NetServer.prototype, 'close').mockImplementationOnce(function (this: NetServer) {
    comeMeanwhile()
    return this.close()
  })
  await service.drain()
  expect(closing).toHaveBeenCalled()
  closing.mockRestore()
  await service.close()
  expect(await outcomes).toEqual([served(0)])
})

test('a service — told to end, with callers who are let in and reset their connections before they are served — goes on', async () => {
  const service = await started()
  const { server } = service.http
  const uncaught = vi.fn<(error: Error) => void>()
  process.on('uncaughtException', uncaught)
  const port = Number(new URL(service.url).port)
  // One in each turn, so that there is always somebody to be let in, and nobody is served yet.
  let come = 0
  let isLetIn = 0
  const comeAgain = (): void => {
    if (come === 100) return
    come += 1
    const caller = connect(port, '127.0.0.1', () => {
      isLetIn += 1
      caller.resetAndDestroy()
    })
    // The last may find the port closed.
    caller.on('error', ignore)
    setImmediate(comeAgain)
  }
  comeAgain()
  await service.drain()
  await service.close()
  process.off('uncaughtException', uncaught)
  expect([come, server.listening]).toEqual([100, false])
  expect(isLetIn).toBeGreaterThan(50)
  expect(uncaught).not.toHaveBeenCalled()
})
