import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Bench, ratio, type Report, startService } from './bench.ts'
import { measure, type Target, untilWarm } from './load.ts'
import { freePort, startProgram } from './programs.ts'

/** None of them checks anything. */
const REFERENCES = [
  { name: 'nginx, one worker', file: 'nginx-proxy.ts' },
  { name: 'express + http-proxy-middleware 3', file: 'express-proxy-3.ts' },
  { name: 'express + http-proxy-middleware 4', file: 'express-proxy.ts' },
]
/** On, and never reached: the limiter's work is part of what is measured. */
const LIMIT = '1000000000'

/** GET with a valid token through the gateway, to an upstream that does nothing; beside the upstream itself and what others stand there. */
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
  const references = []
  for (const { name, file } of REFERENCES) {
    if (file.includes('nginx') && !isOnPath('nginx')) continue
    const port = await freePort()
    const env = { PORT: String(port), UPSTREAM_URL: upstream.url }
    references.push({ name, url: bench.stopLater(await startProgram({ file: `tools/bench/src/references/${file}`, port, env })).url })
  }
  const authorization = `Bearer ${bench.issuer.tokenOf('usr_bench')}`
  const target = (name: string, url: string): Target => ({
    name,
    url,
    request: { method: 'GET', path: '/api/v1/bookings', headers: { authorization } },
  })
  const targets = [target('the upstream itself', upstream.url), target('gateway (token, roles, limits)', gateway.url)]
  const all = [...targets, ...references.map(({ name, url }) => target(name, url))]
  for (const each of all) await untilWarm(each)
  const figures = await measure(all, bench.seconds)
  const [direct, ours, ...others] = figures
  const ratios = [
    `gateway / direct: ${ratio(ours, direct)} ×`,
    ...others.map((other) => `gateway / ${other.name}: ${ratio(ours, other)} ×`),
  ]
  if (others.length < REFERENCES.length) ratios.push('nginx is not on the PATH and was not measured; Debian has it as nginx-light')
  return { title: 'GET through the gateway with a valid token', figures, ratios }
}

const isOnPath = (program: string): boolean => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
