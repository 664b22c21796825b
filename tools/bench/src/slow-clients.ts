import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Bench, type Report, startService } from './bench.ts'
import { freePort, startProgram } from './programs.ts'
import { measureSteady } from './steady.ts'

const IDLE = 10_000
const SLOW = 50
const DRIP_MS = 500
const OPENED_TOGETHER = 250
/** A third or so of what one gateway moves on a small machine: its latencies are its own, not those of a queue. */
const PER_SECOND = 1_000
const NO_LIMIT = '1000000000'

/** Latencies of ordinary requests with a crowd of idle and dripping clients at the door, beside the same without it, before and after. */
export async function benchSlowClients(bench: Bench): Promise<Report> {
  const port = await freePort()
  const upstream = bench.stopLater(
    await startProgram({ file: 'tools/bench/src/references/small-upstream.ts', port, env: { PORT: String(port) } }),
  )
  const urls = { FLIGHTS_URL: upstream.url, BOOKINGS_URL: upstream.url, NOTIFICATIONS_URL: upstream.url }
  const limits = { RATE_LIMIT_PER_MINUTE: NO_LIMIT, RATE_LIMIT_ADDRESS_PER_MINUTE: NO_LIMIT, SOCKETS_PER_ADDRESS_MAX: NO_LIMIT }
  const gateway = await startService(bench, { name: 'gateway', hasDatabase: false, env: { ...urls, ...limits } })
  const headers = { authorization: `Bearer ${bench.issuer.tokenOf('usr_bench')}` }
  const ask = (name: string, seconds = bench.seconds) =>
    measureSteady({ name, url: `${gateway.url}/api/v1/bookings`, headers, perSecond: PER_SECOND }, seconds)

  await ask('warm-up', 2)
  const before = await ask('quiet, before')
  const crowd = await openCrowd(gateway.url)
  const beside = await ask(`beside ${IDLE} idle and ${SLOW} dripping clients`)
  const stayed = crowd.filter((socket) => !socket.destroyed && socket.readable).length
  for (const socket of crowd) socket.destroy()
  // Ten thousand ends are work too, and none of the quiet.
  await ask('the crowd goes', 2)
  const after = await ask('quiet, after')
  const quietMs = (before.p99Ms + after.p99Ms) / 2
  return {
    title: `${PER_SECOND} GET/s through the gateway, among idle and dripping clients`,
    figures: [before, beside, after],
    ratios: [
      `p99 beside the crowd / mean of before and after: ${(beside.p99Ms / quietMs).toFixed(2)} × (target: at most 2)`,
      `${stayed} of the ${crowd.length} clients stayed to the end of the measurement`,
    ],
  }
}

async function openCrowd(url: string): Promise<Socket[]> {
  const crowd: Socket[] = []
  while (crowd.length < IDLE) crowd.push(...(await Promise.all(Array.from({ length: OPENED_TOGETHER }, () => openIdle(url)))))
  for (let i = 0; i < SLOW; i += 1) crowd.push(await openDripping(url))
  return crowd
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  // Being cut off shows in how many stayed.
  socket.on('error', () => undefined)
  return socket
}

/** Has asked once and keeps its connection, as a browser does. */
async function openIdle(url: string): Promise<Socket> {
  const socket = await open(url)
  socket.write('GET /health/live HTTP/1.1\r\nhost: skyhold.test\r\n\r\n')
  await once(socket, 'data')
  return socket.resume()
}

async function openDripping(url: string): Promise<Socket> {
  const socket = await open(url)
  socket.resume().write('POST /api/v1/auth/login HTTP/1.1\r\nhost: skyhold.test\r\ncontent-length: 5000\r\n\r\n')
  const timer = setInterval(() => socket.write('x'), DRIP_MS)
  socket.once('close', () => clearInterval(timer))
  return socket
}
