import type { Program } from '@skyhold/stack'
import { portOf } from '@skyhold/platform/places'
import { FaultProxy } from '@skyhold/testkit/fault-proxy'

export interface Link {
  title: string
  kind: 'database' | 'broker' | 'http' | 'provider' | 'mail' | 'webhooks' | 'people'
  proxy: FaultProxy
}

const URLS_OF_SERVICES = ['IDENTITY_URL', 'FLIGHTS_URL', 'BOOKINGS_URL', 'NOTIFICATIONS_URL']

/** A proxy on each connection of a stack that goes over TCP. */
export class Links {
  readonly all: Link[] = []
  readonly #http = new Map<string, Promise<string>>()

  /** Leads what a process connects to through proxies, before its first start. */
  async lay({ id, name, env }: Program): Promise<void> {
    const at = (place: 'simulator' | 'smtp' | 'gateway', scheme = 'http') =>
      `${scheme}://${env.HOST}:${portOf(place, { PORT: Number(env.PORT), LISTEN_PORT: 0, REPLICA: 1 })}`
    if (env.DATABASE_URL) env.DATABASE_URL = await this.#through(env.DATABASE_URL, { title: `${id} – database`, kind: 'database' })
    if (env.BROKER_URL) env.BROKER_URL = await this.#through(env.BROKER_URL, { title: `${id} – broker`, kind: 'broker' })
    for (const urls of URLS_OF_SERVICES) if (env[urls]) env[urls] = await this.#throughAll(env[urls])
    if (name === 'bookings') env.PAYMENTS_URL = await this.#through(at('simulator'), { title: `${id} – simulator`, kind: 'provider' })
    if (name === 'notifications') env.SMTP_URL = await this.#through(at('smtp', 'smtp'), { title: `${id} – SMTP`, kind: 'mail' })
    if (name === 'simulator')
      env.WEBHOOK_URL = await this.#through(`${at('gateway')}/api/v1/webhooks/payments`, { title: 'simulator – gateway', kind: 'webhooks' })
  }

  /** The way of the people to the gateway. */
  async toGateway(baseUrl: string): Promise<string> {
    return (await this.#through(baseUrl, { title: 'people – gateway', kind: 'people' })).replace(/\/$/, '')
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

  async #through(url: string, { title, kind }: Omit<Link, 'proxy'>): Promise<string> {
    const through = await FaultProxy.before(url)
    this.all.push({ title, kind, proxy: through.proxy })
    return through.url
  }

  /** One proxy in front of a service, for whoever calls it. */
  async #throughAll(urls: string): Promise<string> {
    const list = urls.split(',').map((url) => {
      const known = this.#http.get(url) ?? this.#through(url, { title: `the others – ${url.slice(7)}`, kind: 'http' })
      this.#http.set(url, known)
      return known
    })
    return (await Promise.all(list)).map((url) => url.replace(/\/$/, '')).join(',')
  }
}
