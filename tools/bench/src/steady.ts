import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { CONNECTIONS, type Figures } from './load.ts'

/** Requests leave at their time, whether those before them are answered or not: a stall is felt by everyone who comes meanwhile, as it is in life. */
const TICK_MS = 5

export interface SteadyTarget {
  name: string
  url: string
  headers: Record<string, string>
  perSecond: number
}

/** A steady stream of GETs that leaves the server time to breathe, for latencies; `measure` is for throughput. */
export async function measureSteady({ name, url, headers, perSecond }: SteadyTarget, seconds: number): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const latenciesMs: number[] = []
  let failed = 0
  const ask = async (dueAtMs: number) => {
    try {
      const [response] = (await once(get(url, { agent, headers }), 'response')) as [IncomingMessage]
      await once(response.resume(), 'end')
      if (response.statusCode === 200) latenciesMs.push(performance.now() - dueAtMs)
      else failed += 1
    } catch {
      // Counted, and printed beside the figures.
      failed += 1
    }
  }
  const asking: Promise<void>[] = []
  const startedAtMs = performance.now()
  while (asking.length < perSecond * seconds) {
    const due = ((performance.now() - startedAtMs) / 1000) * perSecond
    while (asking.length < due) asking.push(ask(startedAtMs + (asking.length / perSecond) * 1000))
    await sleep(TICK_MS)
  }
  await Promise.all(asking)
  agent.destroy()
  latenciesMs.sort((one, other) => one - other)
  const at = (share: number) => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? Number.NaN
  return { name, perSecond: latenciesMs.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99), failed }
}
