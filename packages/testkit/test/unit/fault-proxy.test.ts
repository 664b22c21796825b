import net from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FaultProxy } from '../../src/fault-proxy.ts'
import { waitFor } from '../../src/wait-for.ts'

let server: net.Server
let received: string
let proxy: FaultProxy
const clients: Client[] = []

/** Echoes in capitals. */
beforeEach(async () => {
  received = ''
  server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => {
      received += String(data)
      socket.write(String(data).toUpperCase())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.')
  proxy = await FaultProxy.open({ port: address.port })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy()
  await proxy.close()
  await new Promise((resolve) => server.close(resolve))
})

class Client {
  heard = ''
  ended: 'no' | 'closed' | 'reset' = 'no'
  refused = false
  readonly socket = net.connect(proxy.port, '127.0.0.1')

  constructor() {
    clients.push(this)
    this.socket.on('data', (data) => (this.heard += String(data)))
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.ended = 'reset'
      if (error.code === 'ECONNREFUSED') this.refused = true
    })
    this.socket.on('close', () => {
      if (this.ended === 'no') this.ended = 'closed'
    })
  }

  async ask(text: string): Promise<void> {
    this.socket.write(text)
    await waitFor(() => this.heard.includes(text.toUpperCase()))
  }
}

test('no fault — both ways pass', async () => {
  await new Client().ask('seat')
})

test('latency — added each way', async () => {
  const client = new Client()
  await client.ask('one')
  proxy.set({ latencyMs: 60 })
  const from = performance.now()
  await client.ask('two')
  expect(performance.now() - from).toBeGreaterThanOrEqual(119)
})

test('blackhole — nothing passes while it lasts, and what was sent arrives after', async () => {
  const client = new Client()
  await client.ask('one')
  proxy.set({ blackhole: true })
  client.socket.write('two')
  await expect(waitFor(() => received.includes('two'), { timeoutMs: 100 })).rejects.toThrow('in vain')
  expect(client.ended).toBe('no')
  proxy.set()
  await waitFor(() => client.heard.includes('TWO'))
})

test('cut — the client sees the end of the connection; a new one works', async () => {
  const client = new Client()
  await client.ask('one')
  proxy.cut()
  await waitFor(() => client.ended === 'closed')
  await new Client().ask('two')
})

test('reset — the client sees ECONNRESET', async () => {
  const client = new Client()
  await client.ask('one')
  proxy.reset()
  await waitFor(() => client.ended === 'reset')
})

test('refuse — present connections break and new ones are refused until accept, on the same port', async () => {
  const client = new Client()
  await client.ask('one')
  await proxy.refuse()
  await waitFor(() => client.ended === 'reset')
  const late = new Client()
  await waitFor(() => late.refused)
  await proxy.accept()
  await new Client().ask('two')
})

test('breakAt, arrives — the server has the request and the client never hears the answer', async () => {
  const client = new Client()
  await client.ask('begin')
  const broken = proxy.breakAt('commit', { arrives: true })
  client.socket.write('commit')
  await broken
  await waitFor(() => client.ended === 'reset')
  expect(received).toContain('commit')
  expect(client.heard).toBe('BEGIN')
})

test('breakAt, does not arrive — the server never sees the request, and the next connection is whole', async () => {
  const client = new Client()
  await client.ask('begin')
  const broken = proxy.breakAt('commit', { arrives: false })
  client.socket.write('commit')
  await broken
  await waitFor(() => client.ended === 'reset')
  expect(received).toBe('begin')
  await new Client().ask('commit')
})

test('breakAt — the text does not come in time, or the watch is called off — says so, and nothing is broken later', async () => {
  const client = new Client()
  await client.ask('begin')
  expect(await proxy.breakAt('commit', { arrives: false, forMs: 20 })).toBe(false)
  const called = proxy.breakAt('commit', { arrives: false })
  proxy.set()
  expect(await called).toBe(false)
  await client.ask('commit')
  expect(client.ended).toBe('no')
})

test('breakAt — the text comes — says so', async () => {
  const client = new Client()
  await client.ask('begin')
  const broken = proxy.breakAt('commit', { arrives: true, forMs: 10_000 })
  client.socket.write('commit')
  expect(await broken).toBe(true)
})
