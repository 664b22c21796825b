import type { RunningBookings } from './running-bookings.ts'

/** The value of a metric as the service shows it. */
export async function metricOf({ url }: RunningBookings, name: string, labels: Record<string, string> = {}): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text()
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  const line = page
    .split('\n')
    .find((each) => (each.startsWith(`${name}{`) || each.startsWith(`${name} `)) && wanted.every((part) => each.includes(part)))
  if (!line) throw new Error(`there is no metric ${name} ${JSON.stringify(labels)}`)
  return Number(line.slice(line.lastIndexOf(' ') + 1))
}
