import { fileURLToPath } from 'node:url'
import { ManagedProcess, StopPoints, waitFor } from '@skyhold/testkit'
import { expect, test } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../fixtures/checkpoints.ts', import.meta.url))

const start = (env: Record<string, string>) => ManagedProcess.start(process.execPath, ['--import', StopPoints.preload, PROGRAM], { env })

test('a checkpoint — with nobody listening — does nothing', async () => {
  const program = ManagedProcess.start(process.execPath, [PROGRAM])
  expect(await program.end).toEqual({ code: 0, signal: null })
  expect(program.lines.at(-1)).toBe('after 100')
})

test('a process — told by its environment — ends at the third crossing and not a line later', async () => {
  const program = start({ SKYHOLD_STOP_AT: 'sample.done:3' })
  expect(await program.end).toEqual({ code: null, signal: 'SIGKILL' })
  expect(program.lines.at(-1)).toBe('before 3')
})

test('a process — told by its file — ends once, and its successor goes on', async () => {
  const stops = new StopPoints()
  stops.arm('sample-1', { at: 'sample.done', nth: 2 })
  const first = start(stops.envOf('sample-1'))
  expect((await first.end).signal).toBe('SIGKILL')
  expect([first.lines.at(-1), stops.hasStruck('sample-1')]).toEqual(['before 2', true])
  expect((await start(stops.envOf('sample-1')).end).code).toBe(0)
})

test('a process — whose plan is of another checkpoint — goes on', async () => {
  const stops = new StopPoints()
  stops.arm('sample-1', { at: 'another' })
  expect((await start(stops.envOf('sample-1')).end).code).toBe(0)
  expect(stops.hasStruck('sample-1')).toBe(false)
})

test('a process — stopped with SIGSTOP — hangs there until SIGCONT and then goes on', async () => {
  const program = start({ SKYHOLD_STOP_AT: 'sample.done:5:SIGSTOP' })
  await program.waitForLine(/^before 5$/)
  // Again and again: the line comes a moment before the stop.
  await waitFor(() => !program.isRunning || (process.kill(program.pid, 'SIGCONT') && null), { what: 'it to go on' })
  expect((await program.end).code).toBe(0)
})
