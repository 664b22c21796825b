import { existsSync } from 'node:fs'
import { createConnection } from 'mysql2/promise'
import { describe, expect, test } from 'vitest'
import { brokers } from '../../src/brokers.ts'
import { databases } from '../../src/databases.ts'

describe.each(databases())('databases: $name', ({ name, create }) => {
  test('create — twice — two empty databases that drop removes', async () => {
    const [one, two] = await Promise.all([create(), create()])
    expect(one.url).not.toBe(two.url)
    if (name === 'sqlite') {
      await Promise.all([one.drop(), two.drop()])
      expect(existsSync(new URL(one.url).pathname)).toBe(false)
      return
    }
    const connection = await createConnection(one.url)
    const [rows] = await connection.query(
      'SELECT @@character_set_database AS characters, COUNT(*) AS tables FROM information_schema.tables WHERE table_schema = DATABASE()',
    )
    expect(rows).toEqual([{ characters: 'utf8mb4', tables: 0 }])
    await connection.end()
    await Promise.all([one.drop(), two.drop()])
    await expect(createConnection(one.url)).rejects.toThrow(/Unknown database/)
  })
})

describe.each(brokers())('brokers: $name', ({ open }) => {
  test('open — twice — two places that share nothing, gone after close', async () => {
    const [one, two] = await Promise.all([open(), open()])
    expect(`${one.url} ${one.dataDir}`).not.toBe(`${two.url} ${two.dataDir}`)
    await Promise.all([one.close(), two.close()])
  })
})
