import { brokers, tempDir, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStack, type Stack } from '../../src/stack.ts'

const { TEST_MARIADB_URL: databaseUrl } = process.env
let stack: Stack
let closeBroker: () => Promise<void>
const notices: string[] = []

beforeAll(async () => {
  const rabbit = brokers().find((each) => each.name === 'rabbitmq')
  if (!rabbit || !databaseUrl) throw new Error('This test needs MariaDB and RabbitMQ: run it through `npm test`, which starts them.')
  const broker = await rabbit.open()
  closeBroker = broker.close
  stack = await startStack({
    folder: tempDir('stack'),
    databaseUrl,
    brokerUrl: broker.url,
    databasePrefix: `skyhold_test_${process.pid}`,
    dropDatabases: true,
    replicas: { bookings: 2 },
    redis: true,
    onNotice: (sentence) => notices.push(sentence),
    env: { SEED: 'none', RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'warn' },
  })
}, 180_000)

afterAll(async () => {
  await stack.stop()
  await closeBroker()
}, 120_000)

const isReady = async (id: string) => (await fetch(`${stack.places[id]}/health/ready`)).ok

test('the stack — every process — has its own pid and is ready', async () => {
  expect(Object.keys(stack.places)).toEqual([
    'simulator-1',
    'mailbox-1',
    'identity-1',
    'flights-1',
    'bookings-1',
    'bookings-2',
    'notifications-1',
    'gateway-1',
  ])
  for (const id of Object.keys(stack.places)) expect(await isReady(id)).toBe(true)
  expect(stack.pidOf('bookings', 1)).not.toBe(stack.pidOf('bookings', 2))
})

test('the gateway — is asked — answers for identity behind it', async () => {
  const response = await fetch(`${stack.baseUrl}/.well-known/jwks.json`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ keys: [expect.objectContaining({ kty: expect.any(String) })] })
})

test('the gateway — of a stack with Redis — counts there; without it the stack has said so', async () => {
  const metrics = await (await fetch(`${stack.places['gateway-1']}/metrics`)).text()
  const store = /^gateway_rate_limit_store\{.*store="(\w+)".*\} 1$/m.exec(metrics)?.[1]
  expect(store).toBe(notices.some((notice) => notice.startsWith('Each gateway counts')) ? 'memory' : 'redis')
})

test('a replica is killed — it comes back by itself under another pid', async () => {
  const before = stack.pidOf('bookings', 2)
  await stack.kill('bookings', { replica: 2 })
  await waitFor(() => stack.pidOf('bookings', 2) !== null && stack.pidOf('bookings', 2) !== before)
  await stack.untilReady('bookings', 2)
  expect(await isReady('bookings-2')).toBe(true)
})

test('a service that is stopped — stays down until it is started', async () => {
  await stack.stopProcess('notifications')
  expect(stack.pidOf('notifications')).toBeNull()
  await expect(isReady('notifications-1')).rejects.toThrow('fetch failed')
  stack.startProcess('notifications')
  await stack.untilReady('notifications')
})

test('servers of somebody else — are left alone', () => {
  expect(() => stack.stopBroker()).toThrow('The broker was running before this stack, which therefore leaves it alone.')
})
