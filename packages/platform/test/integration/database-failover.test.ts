import { databases, FaultProxy, tempDir, type TestDatabase, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDatabase } from '../support/database-fixtures.ts'

const servers = databases().filter(({ name }) => name !== 'sqlite')
const ACCOUNT = { name: `failover_${process.pid}`, password: 'known to both' }

test('SQLite — the one file — never changes its server', async () => {
  const db = openTestDatabase(`sqlite:${tempDir('failover')}/test.sqlite`)
  await db.connect()
  expect(db.msSinceServerChange()).toBe(Number.POSITIVE_INFINITY)
  await db.close()
})

// Two servers that stand for a primary and its replica: MariaDB and MySQL speak one protocol, and have one account in common here.
describe.each(servers.length === 2 ? [servers] : [])('two servers behind one address', (first, second) => {
  let made: TestDatabase[] = []

  beforeAll(async () => {
    made = await Promise.all([first, second].flatMap((kind) => (kind ? [kind.create()] : [])))
    for (const each of made) {
      await asAdministrator(each, [
        `CREATE USER '${ACCOUNT.name}'@'%' IDENTIFIED BY '${ACCOUNT.password}'`,
        `GRANT ALL ON *.* TO '${ACCOUNT.name}'@'%'`,
      ])
    }
  })
  afterAll(async () => {
    for (const each of made) await asAdministrator(each, [`DROP USER '${ACCOUNT.name}'@'%'`])
    await Promise.all(made.map((each) => each.drop()))
  })

  test('new connections lead to the other — the database says so from then on', async () => {
    const [one, other] = made
    if (!one || !other) throw new Error('two servers were promised')
    const { proxy, url } = await FaultProxy.before(withoutDatabase(one.url))
    const db = openTestDatabase(url)
    try {
      await db.connect()
      proxy.reset()
      await waitFor(() => db.isReachable(), { what: 'the same server again' })
      expect(db.msSinceServerChange()).toBe(Number.POSITIVE_INFINITY)

      proxy.redirect(other.url)
      proxy.reset()
      await waitFor(() => db.isReachable(), { what: 'the other server' })
      const ms = db.msSinceServerChange()
      expect(ms).toBeGreaterThanOrEqual(0)
      await waitFor(() => db.msSinceServerChange() > ms, { what: 'time to pass' })
    } finally {
      await db.close()
      await proxy.close()
    }
  })
})

function withoutDatabase(serverUrl: string): string {
  const url = new URL(serverUrl)
  url.username = ACCOUNT.name
  url.password = ACCOUNT.password
  url.pathname = '/mysql'
  return url.href
}

async function asAdministrator({ url }: TestDatabase, statements: readonly string[]): Promise<void> {
  const db = openTestDatabase(url)
  try {
    for (const statement of statements) await db.run(statement)
  } finally {
    await db.close()
  }
}
