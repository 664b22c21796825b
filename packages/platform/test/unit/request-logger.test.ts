import { PassThrough } from 'node:stream'
import { createLogger } from '@skyhold/platform'
import { expect, test, vi } from 'vitest'
import { requestLogger } from '../../src/http/request-logger.ts'

function logging() {
  const lines: Record<string, unknown>[] = []
  const destination = new PassThrough()
  destination.on('data', (line: Buffer) => lines.push(JSON.parse(line.toString()) as Record<string, unknown>))
  return { lines, parent: createLogger({ service: 'test', level: 'debug', destination }) }
}

test.each(['fatal', 'error', 'warn', 'info', 'debug'] as const)(
  "a request's logger — a line of level %s — has the request's id and what was said",
  (level) => {
    const { lines, parent } = logging()
    requestLogger(parent, { requestId: 'req-1' })[level]({ seat: '12A' }, 'a seat was %s', 'taken')
    expect(lines).toMatchObject([{ service: 'test', requestId: 'req-1', seat: '12A', msg: 'a seat was taken' }])
  },
)

test("a request's logger — below the level of its parent — says nothing", () => {
  const { lines, parent } = logging()
  const logger = requestLogger(parent, { requestId: 'req-1' })
  logger.trace('nobody reads this')
  expect(lines).toEqual([])
  expect(logger.level).toBe('debug')
})

test("a request's logger — that has a child — hands its id on, and two requests keep theirs apart", () => {
  const { lines, parent } = logging()
  const [one, other] = [requestLogger(parent, { requestId: 'req-1' }), requestLogger(parent, { requestId: 'req-2' })]
  one.child({ part: 'payment' }).info('charged')
  other.info('read')
  expect(lines).toMatchObject([{ requestId: 'req-1', part: 'payment' }, { requestId: 'req-2' }])
})

test("a request's logger — until it says something — costs no child, and then one", () => {
  const { parent } = logging()
  const child = vi.spyOn(parent, 'child')
  const logger = requestLogger(parent, { requestId: 'req-1' })
  expect(child).not.toHaveBeenCalled()
  logger.info('one')
  logger.warn('two')
  expect(child).toHaveBeenCalledTimes(1)
})
