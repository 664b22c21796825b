import { isLeftover, testName } from './leftovers.ts'
import { tempDir } from './temp-dir.ts'

export interface TestBrokerAddress {
  /** For openBus: `memory:` or `amqp://…/<virtual host>`. */
  url: string
  /** Where the local bus keeps its file. */
  dataDir: string
  close(): Promise<void>
}

export interface TestBroker {
  name: 'local' | 'rabbitmq'
  open: () => Promise<TestBrokerAddress>
}

/**
 * The brokers that this run has: the local one always, RabbitMQ when TEST_AMQP_URL and TEST_RABBITMQ_API_URL (its management API) are set.
 * Each open() is a broker of its own: a folder, or a virtual host.
 */
export function brokers(env: NodeJS.ProcessEnv = process.env): TestBroker[] {
  const kinds: TestBroker[] = [
    { name: 'local', open: async () => ({ url: 'memory:', dataDir: tempDir('bus'), close: async () => undefined }) },
  ]
  const { TEST_AMQP_URL: amqp, TEST_RABBITMQ_API_URL: api } = env
  if (amqp && api) kinds.push({ name: 'rabbitmq', open: () => openVirtualHost(amqp, api) })
  return kinds
}

const tidied = new Set<string>()

async function openVirtualHost(amqp: string, api: string): Promise<TestBrokerAddress> {
  const name = testName()
  if (!tidied.has(api)) {
    tidied.add(api)
    const hosts = (await (await call(api, 'GET', 'vhosts')).json()) as { name: string }[]
    for (const host of hosts) if (isLeftover(host.name)) await call(api, 'DELETE', `vhosts/${host.name}`)
  }
  await call(api, 'PUT', `vhosts/${name}`)
  const url = new URL(amqp)
  await call(api, 'PUT', `permissions/${name}/${url.username}`, { configure: '.*', write: '.*', read: '.*' })
  url.pathname = `/${name}`
  return { url: url.href, dataDir: tempDir('bus'), close: async () => void (await call(api, 'DELETE', `vhosts/${name}`)) }
}

async function call(api: string, method: string, path: string, body?: object): Promise<Response> {
  const { username, password, origin } = new URL(api)
  const response = await fetch(`${origin}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(30_000),
  })
  // 404 at a DELETE: another process removed the same leftover first.
  if (!response.ok && !(method === 'DELETE' && response.status === 404))
    throw new Error(`RabbitMQ's API answered ${response.status} to ${method} ${path}: ${await response.text()}`)
  return response
}
