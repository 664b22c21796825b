import type { Program } from '@skyhold/stack'
import { portOf } from '@skyhold/platform/places'
import { FaultProxy } from '@skyhold/testkit/fault-proxy'
import type { Felt } from '../history/events.ts'

export interface Link {
  title: string
  /** Whose work stops when it breaks. */
  feltAt: readonly Felt[]
  kind: 'database' | 'broker' | 'http' | 'provider' | 'mail' | 'webhooks' | 'people'
  proxy: FaultProxy
}

const URLS_OF_SERVICES = {
  IDENTITY_URL: 'identity',
  FLIGHTS_URL: 'flights',
  BOOKINGS_URL: 'bookings',
  NOTIFICATIONS_URL: 'notifications',
} as const satisfies Record<string, Felt>

/** The simulator and the mailbox have neither database nor broker. */
const serviceOf = (name: Program['name']): Felt[] => (name === 'simulator' || name === 'mailbox' ? [] : [name])

/** A proxy on each connection of a stack that goes over TCP. */
export class Links {
  readonly all: Link[] = []
  readonly #http = new Map<string, Promise<string>>()

  /** Leads what a process connects to through proxies, before its first start. */
  async lay({ id, name, env }: Program): Promise<void> {
    const at = (place: 'simulator' | 'smtp' | 'gateway', scheme = 'http') =>
      `${scheme}://${env.HOST}:${portOf(place, { PORT: Number(env.PORT), LISTEN_PORT: 0, REPLICA: 1 })}`
    if (env.DATABASE_URL)
      env.DATABASE_URL = await this.#through(env.DATABASE_URL, { title: `${id} – database`, kind: 'database', feltAt: serviceOf(name) })
    if (env.BROKER_URL)
      env.BROKER_URL = await this.#through(env.BROKER_URL, { title: `${id} – broker`, kind: 'broker', feltAt: ['broker'] })
    for (const [variable, service] of Object.entries(URLS_OF_SERVICES)) {
      const urls = env[variable]
      if (urls) env[variable] = await this.#throughAll(urls, service)
    }
    if (name === 'bookings')
      env.PAYMENTS_URL = await this.#through(at('simulator'), { title: `${id} – simulator`, kind: 'provider', feltAt: ['provider'] })
    if (name === 'notifications')
      env.SMTP_URL = await this.#through(at('smtp', 'smtp'), { title: `${id} – SMTP`, kind: 'mail', feltAt: ['mail'] })
    if (name === 'simulator')
      env.WEBHOOK_URL = await this.#through(`${at('gateway')}/api/v1/webhooks/payments`, {
        title: 'simulator – gateway',
        kind: 'webhooks',
        feltAt: ['webhooks'],
      })
  }

  /** The way of the people to the gateway. */
  async toGateway(baseUrl: string): Promise<string> {
    return (await this.#through(baseUrl, { title: 'people – gateway', kind: 'people', feltAt: ['gateway'] })).replace(/\/$/, '')
  }

  async heal(): Promise<void> {
    for (const { proxy } of this.all) {
      proxy.set()
      await proxy.accept()
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ proxy }) => proxy.close()))
  }

  async #through(url: string, link: Omit<Link, 'proxy'>): Promise<string> {
    const through = await FaultProxy.before(url)
    this.all.push({ ...link, proxy: through.proxy })
    return through.url
  }

  /** One proxy in front of a service, for whoever calls it. */
  async #throughAll(urls: string, service: Felt): Promise<string> {
    const list = urls.split(',').map((url) => {
      const known =
        this.#http.get(url) ?? this.#through(url, { title: `the others – ${service} (${url.slice(7)})`, kind: 'http', feltAt: [service] })
      this.#http.set(url, known)
      return known
    })
    return (await Promise.all(list)).map((url) => url.replace(/\/$/, '')).join(',')
  }
}
