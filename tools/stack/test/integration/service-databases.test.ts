import { databases } from '@skyhold/testkit'
import { createConnection } from 'mysql2/promise'
import { afterEach, describe, expect, test } from 'vitest'
import { createServiceDatabases, dropServiceDatabases, type ServiceDatabase, userNameOf } from '../../src/stack/service-databases.ts'

const SERVERS = [
  ['mariadb', process.env.TEST_MARIADB_URL],
  ['mysql', process.env.TEST_MYSQL_URL],
].flatMap(([name, url]) => (name && url ? [{ name, url }] : []))

test('the servers of this run — are those that the testkit has', () => {
  expect(SERVERS.map((server) => server.name)).toEqual(databases().flatMap((kind) => (kind.name === 'sqlite' ? [] : [kind.name])))
})

test('userNameOf — a long database name — fits into 32 letters and stays its own', () => {
  expect(userNameOf('skyhold_notifications')).toBe('skyhold_notifications')
  const long = userNameOf(`${'x'.repeat(40)}_bookings`)
  expect(long).toHaveLength(28)
  expect(long).not.toBe(userNameOf(`${'x'.repeat(40)}_flights`))
})

describe.each(SERVERS)('service databases: $name', ({ url }) => {
  const prefix = `skyhold_test_${process.pid}`
  let made: ServiceDatabase[] = []
  const create = (password: string) =>
    createServiceDatabases({ serverUrl: url, prefix, services: ['bookings', 'flights'], passwordOf: () => password })

  afterEach(() => dropServiceDatabases(url, made))

  test('a service — in its own database — may do all; in another — nothing', async () => {
    made = await create('first')
    const connection = await createConnection(made[0]?.url ?? '')
    await connection.query('CREATE TABLE seats (id INT PRIMARY KEY)')
    await expect(connection.query(`CREATE TABLE ${prefix}_flights.x (id INT)`)).rejects.toThrow(/denied/)
    await expect(connection.query('SELECT * FROM mysql.user')).rejects.toThrow(/denied/)
    // The underscores of the grant are letters, not wildcards.
    await expect(connection.query(`CREATE DATABASE \`${prefix.replaceAll('_', 'x')}xbookings\``)).rejects.toThrow(/denied/)
    await connection.end()
  })

  test('made twice — with another password — the data stays and the new password holds', async () => {
    made = await create('first')
    const before = await createConnection(made[0]?.url ?? '')
    await before.query('CREATE TABLE seats (id INT PRIMARY KEY)')
    await before.end()
    const old = made[0]?.url ?? ''
    made = await create('second')
    const after = await createConnection(made[0]?.url ?? '')
    const [tables] = await after.query('SHOW TABLES')
    expect(tables).toHaveLength(1)
    await after.end()
    await expect(createConnection(old)).rejects.toThrow(/denied/)
  })
})
