import { type Bench, type Report, startService } from './bench.ts'
import { freePort, startProgram } from './programs.ts'
import { measureSteady } from './steady.ts'

const IDLE = 10_000
const SLOW = 50
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
  const crowdPort = await freePort()
  const crowd = await startProgram({
    file: 'tools/bench/src/crowd.ts',
    port: crowdPort,
    env: { PORT: String(crowdPort), DOOR: gateway.url, IDLE: String(IDLE), SLOW: String(SLOW) },
  })
  const beside = await ask(`beside ${IDLE} idle and ${SLOW} dripping clients`)
  const stayed = await (await fetch(`${crowd.url}/stayed`)).text()
  await crowd.stop()
  // Ten thousand ends are work too, and none of the quiet.
  await ask('the crowd goes', 2)
  const after = await ask('quiet, after')
  const quietMs = (before.p99Ms + after.p99Ms) / 2
  return {
    title: `${PER_SECOND} GET/s through the gateway, among idle and dripping clients`,
    figures: [before, beside, after],
    ratios: [
      `p99 beside the crowd / mean of before and after: ${(beside.p99Ms / quietMs).toFixed(2)} × (target: at most 2)`,
      `${stayed} of the ${IDLE + SLOW} clients stayed to the end of the measurement`,
    ],
  }
}
