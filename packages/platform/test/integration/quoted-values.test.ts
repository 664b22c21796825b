import { databases } from '@skyhold/testkit'
import { describe, expect, test } from 'vitest'
import { createLogger } from '../../src/logger.ts'
import { openTestDatabase } from '../support/database-fixtures.ts'

const ADDRESS = `asha.o'brien@example.com`

describe.each(databases())('errors of $name in the log', ({ create }) => {
  test.each([
    ['a unique key is violated', 'INSERT INTO guests (id, email) VALUES (2, :address)'],
    ['a text where a number belongs', 'INSERT INTO guests (id, email) VALUES (:address, NULL)'],
    ['a statement that is none', 'INSERT INTO guests VALUES (3, NULL) :address'],
  ])('%s — the log says so without the value', async (_, sql) => {
    const { url, drop } = await create()
    const db = openTestDatabase(url)
    await db.run('CREATE TABLE guests (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) UNIQUE)')
    await db.run('INSERT INTO guests (id, email) VALUES (1, :address)', { address: ADDRESS })
    const err: unknown = await db.run(sql, { address: ADDRESS }).catch((error: unknown) => error)
    const lines: string[] = []
    createLogger({ service: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } }).error({ err }, 'refused')
    expect(err).toBeInstanceOf(Error)
    expect(lines.join('')).toContain('"type":"')
    expect(lines.join('')).not.toMatch(/brien|example\.com/)
    await db.close()
    await drop()
  })
})
