// Runs before anything is installed and under the Node that the machine has (20 or newer): CommonJS, no dependencies, no TypeScript.
'use strict'
const { spawn, spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const ROOT = path.resolve(__dirname, '..')
const PROGRAMS = {
  start: 'tools/all-in-one/src/main.ts',
  stack: 'tools/stack/src/main.ts',
  test: 'tools/stack/src/test.ts',
}
const LOCK = path.join(ROOT, 'package-lock.json')
const MODULES = path.join(ROOT, 'node_modules')
const STAMP = path.join(MODULES, '.skyhold-lock')
/** The first Node 22 that runs TypeScript files without a flag. */
const OLDEST_NODE = [22, 18]

const [name, ...args] = process.argv.slice(2)
if (!Object.hasOwn(PROGRAMS, name ?? '')) fail(`Usage: node tools/bootstrap.cjs ${Object.keys(PROGRAMS).join('|')} [arguments]`)
installWhenNeeded()
run(path.join(ROOT, PROGRAMS[name]), args)

/** The stamp is written last, so an installation that was cut short is done again. */
function installWhenNeeded() {
  const wanted = createHash('sha256').update(readFileSync(LOCK)).digest('hex')
  const installed = existsSync(STAMP) ? readFileSync(STAMP, 'utf8').trim() : null
  if (installed === wanted) return
  console.error(
    installed ? 'The dependencies have changed: installing them.' : 'Installing the dependencies, which takes a minute the first time.',
  )
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const done = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...options], { cwd: ROOT, stdio: 'inherit' })
    : spawnSync('npm', options, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' })
  if (done.error) fail(`npm could not be started: ${done.error.message}`)
  if (done.status !== 0) fail('`npm ci` failed, so the dependencies are not there. What it said is above.')
  writeFileSync(STAMP, `${wanted}\n`)
}

/** The Node that the dependencies bring along, or the machine's own where there is none for it. */
function findNode() {
  const brought = path.join(MODULES, '.bin', 'node')
  if (process.platform !== 'win32' && existsSync(brought)) return brought
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isNewEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
  if (!isNewEnough) fail(`Skyhold needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}.`)
  return process.execPath
}

function run(program, programArgs) {
  if (!existsSync(program)) fail(`${path.relative(ROOT, program)} is missing: this checkout is not complete.`)
  // Programs that are started by name, such as the linter, get the same Node.
  const searchPath = [path.join(MODULES, '.bin'), process.env.PATH].filter(Boolean).join(path.delimiter)
  const child = spawn(findNode(), [program, ...programArgs], { stdio: 'inherit', env: { ...process.env, PATH: searchPath } })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal sends Ctrl-C to the child as well, and a second one would mean "at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.once('error', (error) => fail(`${child.spawnfile} could not be started: ${error.message}`))
  child.once('exit', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]))
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
