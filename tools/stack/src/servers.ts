import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { isRoot } from './servers/install.ts'
import { mariadbServer } from './servers/mariadb.ts'
import { mysqlServer } from './servers/mysql.ts'
import { rabbitServer, type RabbitServer } from './servers/rabbitmq.ts'
import { redisServer, type RedisServer } from './servers/redis.ts'
import type { SqlServer } from './servers/sql-server.ts'
import { writePrivate } from './servers/state.ts'

export interface ServersOptions {
  /** Data, ports and passwords; a second start in the same folder finds the same servers. */
  dir: string
  mariadb?: boolean
  mysql?: boolean
  rabbitmq?: boolean
  redis?: boolean
  /** true (the default): a commit that was answered survives a power cut. false is for tests that do not cut power: less waiting for the disk. */
  durable?: boolean
  /** RabbitMQ's HTTP API, which tests use for a virtual host each. */
  management?: boolean
}

export interface Servers {
  mariadb: SqlServer | null
  mysql: SqlServer | null
  rabbitmq: RabbitServer | null
  redis: RedisServer | null
  mariadbUrl: string | null
  mysqlUrl: string | null
  /** Why there is no MySQL although it was asked for. */
  mysqlMissingReason: string | null
  amqpUrl: string | null
  managementUrl: string | null
  redisUrl: string | null
  /** Why there is no Redis although it was asked for. */
  redisMissingReason: string | null
  stop(): Promise<void>
}

/**
 * Private servers, beside whatever the machine runs already. MariaDB and RabbitMQ must start, or this throws a sentence that says what to install;
 * MySQL 9, which is fetched from Debian's unstable suite, and Redis, without which each gateway counts by itself, may be missing with a reason.
 */
export async function startServers({
  dir,
  mariadb = true,
  mysql = false,
  rabbitmq = true,
  redis = false,
  durable = true,
  management = false,
}: ServersOptions): Promise<Servers> {
  mkdirSync(dir, { recursive: true })
  // The databases' own account passes through to its data; it sees neither the names nor the passwords beside it.
  if (isRoot()) chmodSync(dir, 0o711)
  const missing: { mysql: string | null; redis: string | null } = { mysql: null, redis: null }
  const orMissing = (name: keyof typeof missing) => (error: unknown) => {
    missing[name] = reasonOf(error)
    return null
  }
  const starting = await Promise.allSettled([
    mariadb ? started(mariadbServer({ dir, durable })) : null,
    mysql ? started(mysqlServer({ dir, durable })).catch(orMissing('mysql')) : null,
    rabbitmq ? started(rabbitServer({ dir, management })) : null,
    redis ? started(redisServer({ dir })).catch(orMissing('redis')) : null,
  ])
  const [maria, my, rabbit, shared] = starting.map((result) => (result.status === 'fulfilled' ? result.value : null)) as [
    SqlServer | null,
    SqlServer | null,
    RabbitServer | null,
    RedisServer | null,
  ]
  const stop = async () => {
    await Promise.all([maria?.stop(), my?.stop(), rabbit?.stop(), shared?.stop()])
  }
  const failures = starting.flatMap((result) => (result.status === 'rejected' ? [reasonOf(result.reason)] : []))
  if (failures.length) {
    await stop()
    throw new Error(failures.join('\n'))
  }
  return {
    mariadb: maria,
    mysql: my,
    rabbitmq: rabbit,
    redis: shared,
    mariadbUrl: maria?.url ?? null,
    mysqlUrl: my?.url ?? null,
    mysqlMissingReason: missing.mysql,
    amqpUrl: rabbit?.url ?? null,
    managementUrl: rabbit?.managementUrl ?? null,
    redisUrl: shared?.url ?? null,
    redisMissingReason: missing.redis,
    stop,
  }
}

async function started<T extends { start(): Promise<void>; stop(): Promise<void> }>(creating: Promise<T>): Promise<T> {
  const server = await creating
  try {
    await server.start()
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What the tests read. */
export const testEnvironment = (servers: Servers): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      TEST_MARIADB_URL: servers.mariadbUrl,
      TEST_MYSQL_URL: servers.mysqlUrl,
      TEST_AMQP_URL: servers.amqpUrl,
      TEST_RABBITMQ_API_URL: servers.managementUrl,
      TEST_REDIS_URL: servers.redisUrl,
    }).filter((entry): entry is [string, string] => entry[1] !== null),
  )

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { dir: { type: 'string', default: '.stack' }, durable: { type: 'boolean', default: false } },
  })
  const dir = path.resolve(values.dir)
  const options = { dir, mysql: true, redis: true, management: true, durable: values.durable }
  if (positionals[0] === 'up') {
    const servers = await startServers(options)
    const lines = Object.entries(testEnvironment(servers)).map(([name, value]) => `export ${name}=${value}\n`)
    if (servers.mysqlMissingReason) lines.push(`# no MySQL 9: ${servers.mysqlMissingReason.replaceAll('\n', ' ')}\n`)
    if (servers.redisMissingReason) lines.push(`# no Redis: ${servers.redisMissingReason.replaceAll('\n', ' ')}\n`)
    writePrivate(path.join(dir, 'env'), lines.join(''))
    process.stdout.write(lines.join(''))
  } else if (positionals[0] === 'down') {
    const servers = await Promise.all([mariadbServer(options), mysqlServer(options), rabbitServer(options), redisServer(options)])
    await Promise.all(servers.map((server) => server.stop()))
    rmSync(path.join(dir, 'env'), { force: true })
  } else {
    throw new Error('Usage: node tools/stack/src/servers.ts up|down [--dir DIR] [--durable]')
  }
}

if (import.meta.main)
  main().catch((error: unknown) => {
    console.error(reasonOf(error))
    process.exitCode = 1
  })
