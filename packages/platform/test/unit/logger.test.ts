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

test('logger — secrets in members — are removed', () => {
  const [line] = linesOf((logger) => logger.info({ body: { password: 'x1', deep: { clientSecret: 'x2' } }, authorization: 'x3' }, 'hello'))
  expect(JSON.stringify(line)).not.toMatch(/x[123]/)
})
