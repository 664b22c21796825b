import { type Bench, ratio, type Report, startService } from './bench.ts'
import { measure, type Target } from './load.ts'
import { freePort, startProgram } from './programs.ts'

/** On, and never reached: the limiter's work is part of what is measured. */
const LIMIT = '1000000000'

/** GET with a valid token through the gateway, to an upstream that does nothing; beside the upstream itself and express + http-proxy-middleware. */
export async function benchGateway(bench: Bench): Promise<Report> {
  const upstreamPort = await freePort()
  const upstream = bench.stopLater(
    await startProgram({
      file: 'tools/bench/src/references/small-upstream.ts',
      port: upstreamPort,
      env: { PORT: String(upstreamPort) },
    }),
  )
  const urls = { FLIGHTS_URL: upstream.url, BOOKINGS_URL: upstream.url, NOTIFICATIONS_URL: upstream.url }
  const limits = { RATE_LIMIT_PER_MINUTE: LIMIT, RATE_LIMIT_ADDRESS_PER_MINUTE: LIMIT }
  const gateway = await startService(bench, { name: 'gateway', hasDatabase: false, env: { ...urls, ...limits } })
  const expressPort = await freePort()
  const express = bench.stopLater(
    await startProgram({
      file: 'tools/bench/src/references/express-proxy.ts',
      port: expressPort,
      env: { PORT: String(expressPort), UPSTREAM_URL: upstream.url },
    }),
  )
  const authorization = `Bearer ${bench.issuer.tokenOf('usr_bench')}`
  const target = (name: string, url: string): Target => ({
    name,
    url,
    next: () => ({ method: 'GET', path: '/api/v1/bookings', headers: { authorization } }),
  })
  const figures = await measure(
    [
      target('the upstream itself', upstream.url),
      target('gateway (token, roles, limits)', gateway.url),
      target('express + http-proxy-middleware (no checks)', express.url),
    ],
    bench.seconds,
  )
  const [direct, ours, reference] = figures
  return {
    title: 'GET through the gateway with a valid token',
    figures,
    ratios: [`gateway / direct: ${ratio(ours, direct)} ×`, `gateway / express + http-proxy-middleware: ${ratio(ours, reference)} ×`],
  }
}
