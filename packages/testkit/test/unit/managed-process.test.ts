import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { ManagedProcess } from '../../src/managed-process.ts'
import { tempDir } from '../../src/temp-dir.ts'
import { waitFor } from '../../src/wait-for.ts'

const node = (script: string, env: Record<string, string> = {}) => ManagedProcess.start(process.execPath, ['-e', script], { env })

test('waitForLine — the line comes, or came before it was asked for — its match comes back', async () => {
  const child = node('console.log("listening on " + process.env.WHERE); setInterval(() => {}, 1000)', { WHERE: '4711' })
  expect((await child.waitForLine(/on (\d+)/))[1]).toBe('4711')
  expect((await child.waitForLine(/on (\d+)/))[1]).toBe('4711')
  await child.kill()
})

test('waitForLine — the program ends before — it fails at once with the last lines', async () => {
  const child = node('console.error("the port is taken"); process.exit(3)')
  await expect(child.waitForLine(/never/)).rejects.toThrow('the port is taken')
  expect(await child.end).toEqual({ code: 3, signal: null })
})

test('kill — SIGKILL — returns when the process is gone, and a second time too', async () => {
  const child = node('console.log("up"); setInterval(() => {}, 1000)')
  await child.waitForLine(/up/)
  expect(await child.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
  expect(child.isRunning).toBe(false)
  expect(await child.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
  expect(() => process.kill(child.pid, 0)).toThrow('ESRCH')
})

test('stop — the program does not listen to SIGTERM — it is killed after the patience', async () => {
  const child = node('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)')
  await child.waitForLine(/up/)
  expect(await child.stop({ patienceMs: 50 })).toEqual({ code: null, signal: 'SIGKILL' })
})

test('start — there is no such program — the end comes and the reason is in the lines', async () => {
  const child = ManagedProcess.start('/no/such/program')
  expect(await child.end).toEqual({ code: null, signal: null })
  expect(child.lines.join('\n')).toContain('could not be started')
})

test('start — the starter is killed — the program that it had started closes in its normal order', async () => {
  const closed = path.join(tempDir('starter'), 'closed')
  const program = `
    process.on('SIGTERM', () => { require('node:fs').writeFileSync(process.env.CLOSED, ''); process.exit() })
    setInterval(() => {}, 1000)
    console.log('up')`
  const starter = node(
    `import(process.env.MODULE).then(async ({ ManagedProcess }) => {
      await ManagedProcess.start(process.execPath, ['-e', process.env.PROGRAM]).waitForLine(/up/)
      console.log('started')
    })`,
    { MODULE: new URL('../../src/managed-process.ts', import.meta.url).href, PROGRAM: program, CLOSED: closed },
  )
  await starter.waitForLine(/started/)
  await starter.kill('SIGKILL')
  await waitFor(() => existsSync(closed), { what: 'the orphan to close' })
})
