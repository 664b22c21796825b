import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ManagedProcess, tempDir } from '@skyhold/testkit'
import { expect, test } from 'vitest'

const BOOTSTRAP = fileURLToPath(new URL('../../../bootstrap.cjs', import.meta.url))
/** Stands in for npm: `npm ci` leaves a note and the folder that the real one would make. */
const NPM = `const fs = require('fs'); fs.mkdirSync('node_modules/.bin', { recursive: true }); fs.appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n')`
const PROGRAM = `process.on('SIGTERM', () => process.exit(5)); console.log('program', process.argv.slice(2).join(' '), process.env.PATH.split(':')[0]); if (process.argv[2] === 'wait') setInterval(() => {}, 1000); else process.exit(Number(process.argv[3] ?? 0))`

/** A clone of a project whose programs are stand-ins. */
function clone(): { root: string; run: (...args: string[]) => ManagedProcess; npmCalls: () => string[] } {
  const root = tempDir('clone')
  for (const folder of ['tools/all-in-one/src', 'tools/stack/src']) mkdirSync(path.join(root, folder), { recursive: true })
  cpSync(BOOTSTRAP, path.join(root, 'tools/bootstrap.cjs'))
  writeFileSync(path.join(root, 'tools/all-in-one/src/main.ts'), PROGRAM)
  writeFileSync(path.join(root, 'package-lock.json'), '{"version":1}')
  writeFileSync(path.join(root, 'npm.cjs'), NPM)
  return {
    root,
    run: (...args) =>
      ManagedProcess.start(process.execPath, [path.join(root, 'tools/bootstrap.cjs'), ...args], {
        env: { npm_execpath: path.join(root, 'npm.cjs') },
        cwd: root,
      }),
    npmCalls: () => (existsSync(path.join(root, 'npm.log')) ? readFileSync(path.join(root, 'npm.log'), 'utf8').trim().split('\n') : []),
  }
}

test('bootstrap — a fresh clone, then again — installs once and hands over arguments, PATH and exit code', async () => {
  const { root, run, npmCalls } = clone()
  const first = run('start', 'a b', '3')
  expect(await first.end).toEqual({ code: 3, signal: null })
  expect(first.lines).toContain(`program a b 3 ${path.join(root, 'node_modules/.bin')}`)
  expect((await run('start', 'x').end).code).toBe(0)
  expect(npmCalls()).toEqual(['ci --include=dev --include=optional --no-audit --no-fund'])
})

test('bootstrap — the lock file changed — installs again', async () => {
  const { root, run, npmCalls } = clone()
  await run('start', 'x').end
  writeFileSync(path.join(root, 'package-lock.json'), '{"version":2}')
  await run('start', 'x').end
  expect(npmCalls()).toHaveLength(2)
})

test('bootstrap — installed by hand after the lock file — is content with that', async () => {
  const { root, run, npmCalls } = clone()
  mkdirSync(path.join(root, 'node_modules'))
  writeFileSync(path.join(root, 'node_modules/.package-lock.json'), '{}')
  utimesSync(path.join(root, 'package-lock.json'), 1000, 1000)
  expect((await run('start', 'x').end).code).toBe(0)
  expect(npmCalls()).toEqual([])
})

test('bootstrap — a Node in node_modules — is the one that runs the program', async () => {
  const { root, run } = clone()
  mkdirSync(path.join(root, 'node_modules/.bin'), { recursive: true })
  writeFileSync(path.join(root, 'node_modules/.package-lock.json'), '{}')
  symlinkSync(process.execPath, path.join(root, 'node_modules/.bin/node'))
  writeFileSync(path.join(root, 'tools/all-in-one/src/main.ts'), 'console.log(process.argv0)')
  utimesSync(path.join(root, 'package-lock.json'), 1000, 1000)
  const child = run('start')
  await child.end
  expect(child.lines).toEqual([path.join(root, 'node_modules/.bin/node')])
})

test('bootstrap — SIGTERM — goes to the program, whose exit code comes back', async () => {
  const { run } = clone()
  const child = run('start', 'wait')
  await child.waitForLine(/program wait/)
  expect(await child.kill('SIGTERM')).toEqual({ code: 5, signal: null })
})

test('bootstrap — npm ci fails — says so and starts nothing', async () => {
  const { root, run } = clone()
  writeFileSync(path.join(root, 'npm.cjs'), 'process.exit(1)')
  const child = run('start', 'x')
  expect((await child.end).code).toBe(1)
  expect(child.lines.at(-1)).toContain('npm ci failed')
})

test('bootstrap — no such program — says what there is', async () => {
  const { run } = clone()
  const child = run('strat')
  expect((await child.end).code).toBe(1)
  expect(child.lines).toEqual(['Usage: node tools/bootstrap.cjs start|stack|test|simulate|verify|audit [arguments]'])
})
