export interface BrokerMessage {
  payload: string
  routing_key: string
  properties: Record<string, unknown>
}

/** RabbitMQ's management API, for what no client of ours does: listening in, repeating messages, planting broken ones. */
export class RabbitApi {
  readonly #origin: string
  readonly #authorization: string
  readonly #vhost: string

  constructor(url: string, vhost: string) {
    const { origin, username, password } = new URL(url)
    this.#origin = origin
    this.#authorization = `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64')}`
    this.#vhost = encodeURIComponent(vhost)
  }

  /** Of a virtual host of the run's broker. */
  static ofRun(brokerUrl: string | undefined, { TEST_RABBITMQ_API_URL: apiUrl }: NodeJS.ProcessEnv = process.env): RabbitApi {
    if (!brokerUrl || !apiUrl)
      throw new Error('This file needs the broker of the run: TEST_AMQP_URL and TEST_RABBITMQ_API_URL, as npm test sets them.')
    return new RabbitApi(apiUrl, decodeURIComponent(new URL(brokerUrl).pathname.slice(1)))
  }

  /** A queue that hears all that is said at an exchange from now on. */
  async tap(queue: string, exchange: string): Promise<void> {
    await this.#call('PUT', `queues/${this.#vhost}/${queue}`, { durable: true })
    await this.#call('POST', `bindings/${this.#vhost}/e/${exchange}/q/${queue}`, { routing_key: '#' })
  }

  async remove(queue: string): Promise<void> {
    await this.#call('DELETE', `queues/${this.#vhost}/${queue}`)
  }

  /** Throws away what waits in it, as a hand on the management page does. */
  async purge(queue: string): Promise<void> {
    await this.#call('DELETE', `queues/${this.#vhost}/${queue}/contents`)
  }

  async takeAll(queue: string): Promise<BrokerMessage[]> {
    return (await this.#call('POST', `queues/${this.#vhost}/${queue}/get`, {
      count: 100_000,
      ackmode: 'ack_requeue_false',
      encoding: 'auto',
    })) as BrokerMessage[]
  }

  /** Straight into a queue, past the exchange. */
  async publish(queue: string, { payload, properties }: BrokerMessage): Promise<void> {
    await this.#call('POST', `exchanges/${this.#vhost}/amq.default/publish`, {
      routing_key: queue,
      payload,
      properties,
      payload_encoding: 'string',
    })
  }

  /** Messages in these queues, those at work included. Counted by the broker every few seconds only, so it is asked until it is sure. */
  async waiting(queues: readonly string[]): Promise<number> {
    const all = (await this.#call('GET', `queues/${this.#vhost}`)) as { name: string; messages?: number }[]
    return all.filter(({ name }) => queues.includes(name)).reduce((sum, { messages = 0 }) => sum + messages, 0)
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#origin}/api/${path}`, {
      method,
      headers: { authorization: this.#authorization, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`RabbitMQ's API answered ${response.status} to ${method} ${path}: ${text}`)
    return text ? (JSON.parse(text) as unknown) : null
  }
}
