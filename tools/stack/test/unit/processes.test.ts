import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { ManagedProcess, tempDir } from '@skyhold/testkit'
import { expect, test } from 'vitest'
import { isReachable } from '../../src/servers/folders.ts'
import { isAlive, markOf, signalProcess, tailOf, terminate, untilReady } from '../../src/servers/processes.ts'

const sleeper = () => ManagedProcess.start(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'])

test('a mark — the process ends — it is not alive any more', async () => {
  const child = sleeper()
  await child.waitForLine(/up/)
  const mark = markOf(child.pid)
  expect(isAlive(mark)).toBe(true)
  await terminate(mark)
  expect(isAlive(mark)).toBe(false)
  await child.end
})

test('a mark — another process has its number — is not alive, and nobody is signalled', async () => {
  const child = sleeper()
  await child.waitForLine(/up/)
  const stale = { pid: child.pid, startedAt: '1' }
  expect(isAlive(stale)).toBe(false)
  expect(signalProcess(stale, 'SIGKILL')).toBe(false)
  await terminate(stale)
  expect(child.isRunning).toBe(true)
  await child.kill()
})

test('untilReady — the server dies first — the error has the end of its log', async () => {
  const dead = { pid: 999_999_999, startedAt: '1' }
  const waiting = untilReady({ what: 'MariaDB', mark: () => dead, isReady: async () => false, withinMs: 5000, logFile: '/no/such/log' })
  await expect(waiting).rejects.toThrow('MariaDB ended while it started. Its log ends with:\n(no log: ENOENT')
  expect(tailOf('/no/such/log')).toContain('ENOENT')
})

test('isReachable — a folder above is closed to others — no, even for a folder that is not there yet', () => {
  const folder = tempDir('reach')
  mkdirSync(path.join(folder, 'closed'), { mode: 0o700 })
  mkdirSync(path.join(folder, 'closed/open'), { mode: 0o755 })
  expect(isReachable(path.join(folder, 'closed/open/data'))).toBe(false)
  expect(isReachable('/usr/share/no-such/data')).toBe(true)
})
