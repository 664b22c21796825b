import { UniqueConstraintError } from 'sequelize'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/logger.ts'

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = []
  write(createLogger({ service: 'test', level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } }))
  return lines
}

test('logger — an error of the database — is logged without the statement and its values, in the driver’s error too', () => {
  const driver = Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET', sql: "INSERT INTO p VALUES ('pi_1_secret_x')" })
  const error = Object.assign(new Error(driver.message), {
    original: driver,
    parent: driver,
    sql: driver.sql,
    parameters: ['pi_1_secret_x'],
  })
  const [line] = linesOf((logger) => logger.error({ err: error }, 'a query failed'))
  expect(JSON.stringify(line)).not.toMatch(/pi_1_secret_x|INSERT/)
  expect(line).toMatchObject({ msg: 'a query failed', err: { message: driver.message, original: { code: 'ECONNRESET' } } })
})

/** As mysql2 makes it. */
const mysqlError = (message: string): Error =>
  Object.assign(new Error(message), { errno: 1, sqlMessage: message, sql: `INSERT INTO p VALUES ('asha@example.com')` })

test.each([
  [`Duplicate entry 'asha@example.com' for key 'users_email'`, `Duplicate entry '…' for key 'users_email'`],
  [`Duplicate entry 'a' for key 'x' asha@example.com' for key 'users_email'`, `Duplicate entry '…' for key 'users_email'`],
  [`Incorrect string value: 'asha@example.com' for column 'name' at row 1`, `Incorrect string value: '…' for column 'name' at row 1`],
  [
    "Incorrect integer value: 'O'asha@example.com' for column `db`.`t`.`id` at row 2",
    "Incorrect integer value: '…' for column `db`.`t`.`id` at row 2",
  ],
  [`Truncated incorrect DOUBLE value: 'asha@example.com'`, `Truncated incorrect DOUBLE value: '…'`],
  [`Invalid utf8mb4 character string: 'asha@example.com'`, `Invalid utf8mb4 character string: '…'`],
  [
    `You have an error in your SQL syntax; check the manual for the right syntax to use near 'asha@example.com') VALUES' at line 1`,
    `You have an error in your SQL syntax; check the manual for the right syntax to use near '…' at line 1`,
  ],
  [`SQLITE_ERROR: near "asha@example.com": syntax error`, `SQLITE_ERROR: near "…": syntax error`],
  [`SQLITE_ERROR: unrecognized token: "'asha@example.com"`, `SQLITE_ERROR: unrecognized token: "…"`],
])('logger — %s — the value is left out, and what it is about stays', (said, logged) => {
  const parent = mysqlError(said)
  // Sequelize puts the value beside its column.
  const item = { message: 'email must be unique', path: 'email', value: 'asha@example.com' }
  const error = new UniqueConstraintError({ parent: parent as never, errors: [item as never] })
  const wrapped = new Error(`The guest could not be stored: ${said}`, { cause: error })
  for (const err of [parent, error, wrapped, new AggregateError([error], 'two failed')]) {
    const [line] = linesOf((log) => log.error({ err }, 'a query failed'))
    expect(JSON.stringify(line)).not.toContain('asha@example.com')
    expect(JSON.stringify(line)).toContain(JSON.stringify(logged).slice(1, -1))
    expect(line).toMatchObject({ err: { stack: expect.stringContaining('logger.test.ts') } })
  }
})

test('logger — secrets in members — are removed', () => {
  const [line] = linesOf((logger) => logger.info({ body: { password: 'x1', deep: { clientSecret: 'x2' } }, authorization: 'x3' }, 'hello'))
  expect(JSON.stringify(line)).not.toMatch(/x[123]/)
})
