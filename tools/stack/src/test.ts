import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Servers, startServers, testEnvironment } from './servers.ts'
import { findProgram, installPackages, isRoot } from './servers/install.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const TOOLS = path.join(ROOT, 'node_modules/.bin')

/** What a change must pass, each as a person would type it. They read the sources only and come first: they take seconds. */
const CHECKS = [
  ['tsc', '--noEmit'],
  ['oxlint', '--type-aware', '--deny-warnings'],
  ['biome', 'format', '.'],
] as const

/** Everything that `npm test` runs. All of it, whatever fails on the way: one run tells all there is to mend. */
async function main(testArgs: string[]): Promise<void> {
  const failures: string[] = []
  for (const [tool, ...args] of CHECKS) if (!(await passes(tool, args))) failures.push([tool, ...args].join(' '))
  const browser = await findBrowser()
  const dir = makeFolder()
  let servers: Servers | null = null
  try {
    servers = await startMissing(dir).catch((error: unknown) => {
      failures.push(`the servers did not start. ${error instanceof Error ? error.message : String(error)}`)
      return null
    })
    const env = { ...(servers ? testEnvironment(servers) : {}), ...(browser.file ? { TEST_BROWSER: browser.file } : {}) }
    if (!interrupted && !(await passes('vitest', ['run', ...testArgs], env))) failures.push('vitest run')
  } finally {
    await servers?.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  if (interrupted) failures.push('the run was interrupted')
  for (const failure of failures) console.log(`FAILED: ${failure}`)
  if (browser.missing) console.log(`NOT RUN: the browser (${browser.missing})`)
  if (servers?.mysqlMissingReason) console.log(`NOT RUN: MySQL 9 (${servers.mysqlMissingReason.replaceAll('\n', ' ')})`)
  if (failures.length > 0) process.exitCode = 1
}

/** Private servers for those that the environment does not name. A test does not cut the power, so they need not wait for the disk. */
function startMissing(dir: string): Promise<Servers> {
  const { TEST_MARIADB_URL, TEST_MYSQL_URL, TEST_AMQP_URL } = process.env
  return startServers({
    dir,
    mariadb: !TEST_MARIADB_URL,
    mysql: !TEST_MYSQL_URL,
    rabbitmq: !TEST_AMQP_URL,
    durable: false,
    management: true,
  })
}

/** Short, because a UNIX socket's path has 107 characters at most; and passable for the account that the databases run under. */
function makeFolder(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'skyhold-'))
  chmodSync(dir, 0o711)
  return dir
}

async function findBrowser(): Promise<{ file: string | null; missing: string | null }> {
  const find = () => findProgram('chromium', 'chromium-browser', 'google-chrome')
  try {
    if (!find() && isRoot()) await installPackages(['chromium'], 'Chromium')
  } catch (error) {
    return { file: null, missing: error instanceof Error ? error.message : String(error) }
  }
  const file = find()
  return { file, missing: file ? null : 'there is no Chromium on this machine, and installing it takes root' }
}

let interrupted = false
let current: ChildProcess | null = null
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    // The servers are stopped all the same: main goes on to its end.
    interrupted = true
    current?.kill(signal)
  })

function passes(tool: string, args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
  if (interrupted) return Promise.resolve(true)
  console.log(`\n$ ${tool} ${args.join(' ')}`)
  // The tools are scripts that look for `node` by name, and the machine's own may be too old.
  const searchPath = [TOOLS, process.env.PATH ?? ''].join(path.delimiter)
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(TOOLS, tool), args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env, PATH: searchPath } })
    current = child
    child.once('error', reject)
    child.once('exit', (code) => {
      current = null
      resolve(code === 0)
    })
  })
}

await main(process.argv.slice(2))
