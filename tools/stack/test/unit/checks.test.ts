import { expect, test } from 'vitest'
import { failedAtOnce, failedChecks } from '../../src/testing/checks.ts'

const ends = (title: string, code: number) => ({ title, command: process.execPath, args: ['-e', `process.exitCode = ${code}`] })

test.each([['one after the other', failedChecks] as const, ['at once', failedAtOnce] as const])(
  'checks — %s — are all run, and those that failed are named',
  async (_, failedOf) => {
    expect(await failedOf([ends('a', 0), ends('b', 3), ends('c', 0), ends('d', 1)])).toEqual(['b', 'd'])
    expect(await failedOf([ends('a', 0)])).toEqual([])
  },
)

test('checks — at once — know what they are given in their environment', async () => {
  const asks = { title: 'asks', command: process.execPath, args: ['-e', 'process.exitCode = Number(process.env.WANTED_CODE)'] }
  expect(await failedAtOnce([asks], { ...process.env, WANTED_CODE: '0' })).toEqual([])
  expect(await failedAtOnce([asks], { ...process.env, WANTED_CODE: '2' })).toEqual(['asks'])
})
