import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { tempDir } from '@skyhold/testkit'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Servers, startServers } from '../../src/servers.ts'

const dir = tempDir('servers')
let servers: Servers

beforeAll(async () => {
  servers = await startServers({ dir, redis: true })
}, 120_000)
afterAll(() => servers.stop(), 60_000)

async function ask(sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection({ uri: servers.mariadbUrl ?? '', multipleStatements: true })
  const [rows] = await connection.query<RowDataPacket[]>(sql)
  await connection.end()
  return rows
}

test('MariaDB for the stack — its settings — a commit is on the disk when it is answered', async () => {
  expect(await ask('SELECT @@innodb_flush_log_at_trx_commit AS flush, @@sync_binlog AS sync, @@log_bin AS log')).toEqual([
    { flush: 1, sync: 1, log: 1 },
  ])
})

test('MariaDB — its accounts — only the administrator, from this machine', async () => {
  expect(await ask("SELECT User AS user, Host AS host FROM mysql.global_priv WHERE User <> 'mariadb.sys' ORDER BY 1, 2")).toEqual([
    { user: 'root', host: 'localhost' },
    { user: 'skyhold_admin', host: '127.0.0.1' },
  ])
})

test('a power cut and a start — MariaDB — same address, nothing lost', async () => {
  const before = servers.mariadb?.url
  await ask('CREATE DATABASE kept; CREATE TABLE kept.seats (id INT PRIMARY KEY); INSERT INTO kept.seats VALUES (7)')
  await servers.mariadb?.kill()
  await expect(ask('SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
  await servers.mariadb?.start()
  expect(servers.mariadb?.url).toBe(before)
  expect(await ask('SELECT id FROM kept.seats')).toEqual([{ id: 7 }])
})

test('a crash and a start — RabbitMQ — same address, and it answers', async () => {
  const before = servers.rabbitmq?.url
  await servers.rabbitmq?.kill()
  expect(servers.rabbitmq?.isRunning()).toBe(false)
  await servers.rabbitmq?.start()
  expect(servers.rabbitmq?.url).toBe(before)
  expect(servers.rabbitmq?.isRunning()).toBe(true)
})

test('a crash and a start — Redis, where it can be had — same address, and nobody gets in without the password', async () => {
  const before = servers.redisUrl
  if (before === null) {
    expect(servers.redisMissingReason).toContain('Redis')
    return
  }
  await servers.redis?.kill()
  expect(servers.redis?.isRunning()).toBe(false)
  await servers.redis?.start()
  expect(servers.redis?.url).toBe(before)
  const socket = connect(Number(new URL(before).port), '127.0.0.1', () => socket.write('PING\r\n'))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(answer.toString()).toMatch(/^-NOAUTH/)
})

test('a second start in the same folder — finds the servers that run', async () => {
  const again = await startServers({ dir, redis: true })
  expect([again.mariadbUrl, again.amqpUrl, again.redisUrl]).toEqual([servers.mariadbUrl, servers.amqpUrl, servers.redisUrl])
})

test('passwords — in files that only their owner reads', () => {
  for (const name of ['mariadb.json', 'rabbitmq.json', ...(servers.redis ? ['redis.json'] : [])]) {
    expect(statSync(path.join(dir, name)).mode & 0o777).toBe(0o600)
    expect(readFileSync(path.join(dir, name), 'utf8')).toContain('password')
  }
})
