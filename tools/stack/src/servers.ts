import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { isRoot } from './servers/install.ts'
import { mariadbServer } from './servers/mariadb.ts'
import { mysqlServer } from './servers/mysql.ts'
import { rabbitServer, type RabbitServer } from './servers/rabbitmq.ts'
import type { SqlServer } from './servers/sql-server.ts'
import { writePrivate } from './servers/state.ts'

export interface ServersOptions {
  /** Data, ports and passwords; a second start in the same folder finds the same servers. */
  dir: string
  mariadb?: boolean
  mysql?: boolean
  rabbitmq?: boolean
  /** true (the default): a commit that was answered survives a power cut. false is for tests that do not cut power: less waiting for the disk. */
  durable?: boolean
  /** RabbitMQ's HTTP API, which tests use for a virtual host each. */
  management?: boolean
}

export interface Servers {
  mariadb: SqlServer | null
  mysql: SqlServer | null
  rabbitmq: RabbitServer | null
  mariadbUrl: string | null
  mysqlUrl: string | null
  /** Why there is no MySQL although it was asked for. */
  mysqlMissingReason: string | null
  amqpUrl: string | null
  managementUrl: string | null
  stop(): Promise<void>
}

/**
 * Private servers, beside whatever the machine runs already. MariaDB and RabbitMQ must start, or this throws a sentence that says what to install;
 * MySQL 9 is fetched from Debian's unstable suite and may be missing with a reason.
 */
export async function startServers({
  dir,
  mariadb = true,
  mysql = false,
  rabbitmq = true,
  durable = true,
  management = false,
}: ServersOptions): Promise<Servers> {
  mkdirSync(dir, { recursive: true })
  // The databases' own account passes through to its data; it sees neither the names nor the passwords beside it.
  if (isRoot()) chmodSync(dir, 0o711)
  let missing: string | null = null
  const starting = await Promise.allSettled([
    mariadb ? started(mariadbServer({ dir, durable })) : null,
    mysql
      ? started(mysqlServer({ dir, durable })).catch((error: unknown) => {
          missing = reasonOf(error)
          return null
        })
      : null,
    rabbitmq ? started(rabbitServer({ dir, management })) : null,
  ])
  const [maria, my, rabbit] = starting.map((result) => (result.status === 'fulfilled' ? result.value : null)) as [
    SqlServer | null,
    SqlServer | null,
    RabbitServer | null,
  ]
  const stop = async () => {
    await Promise.all([maria?.stop(), my?.stop(), rabbit?.stop()])
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
    mariadbUrl: maria?.url ?? null,
    mysqlUrl: my?.url ?? null,
    mysqlMissingReason: missing,
    amqpUrl: rabbit?.url ?? null,
    managementUrl: rabbit?.managementUrl ?? null,
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
    }).filter((entry): entry is [string, string] => entry[1] !== null),
  )

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { dir: { type: 'string', default: '.stack' }, durable: { type: 'boolean', default: false } },
  })
  const dir = path.resolve(values.dir)
  const options = { dir, mysql: true, management: true, durable: values.durable }
  if (positionals[0] === 'up') {
    const servers = await startServers(options)
    const lines = Object.entries(testEnvironment(servers)).map(([name, value]) => `export ${name}=${value}\n`)
    if (servers.mysqlMissingReason) lines.push(`# no MySQL 9: ${servers.mysqlMissingReason.replaceAll('\n', ' ')}\n`)
    writePrivate(path.join(dir, 'env'), lines.join(''))
    process.stdout.write(lines.join(''))
  } else if (positionals[0] === 'down') {
    await Promise.all([(await mariadbServer(options)).stop(), (await mysqlServer(options)).stop(), (await rabbitServer(options)).stop()])
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
