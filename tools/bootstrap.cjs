// The first step of `npm start`, `npm run stack`, `npm test` and `npm run verify` on a fresh clone. It runs before anything is installed and on any Node that npm runs on,
// hence CommonJS without dependencies: it installs what the lock file names, finds a Node new enough to run TypeScript, and hands over to the program.
'use strict'

const { spawn, spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.resolve(__dirname, '..')
const PROGRAMS = {
  start: 'tools/all-in-one/src/main.ts',
  stack: 'tools/stack/src/main.ts',
  test: 'tools/stack/src/test.ts',
  simulate: 'tests/simulation/main.ts',
  verify: 'tools/verify/src/main.ts',
  audit: 'tools/stack/src/audit.ts',
}
/** The first release whose `node file.ts` strips types without a flag. */
const OLDEST_NODE = [22, 18]
const MODULES = path.join(ROOT, 'node_modules')
const LOCK = path.join(ROOT, 'package-lock.json')
/** Holds the hash of the lock file that node_modules was installed from. */
const STAMP = path.join(MODULES, '.skyhold-lock')

main()

function main() {
  const [name, ...args] = process.argv.slice(2)
  const program = PROGRAMS[name]
  if (!program) fail(`Usage: node tools/bootstrap.cjs ${Object.keys(PROGRAMS).join('|')} [arguments]`)
  installWhenNeeded()
  run(findNode(), [path.join(ROOT, program), ...args])
}

function installWhenNeeded() {
  const wanted = createHash('sha256').update(fs.readFileSync(LOCK)).digest('hex')
  if (isInstalled(wanted)) return
  console.error('Installing the packages of package-lock.json (npm ci) …')
  const [command, first] = process.env.npm_execpath ? [process.execPath, [process.env.npm_execpath]] : ['npm', []]
  // Development packages too, whatever NODE_ENV says: the sources run through them.
  const result = spawnSync(command, [...first, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && first.length === 0,
  })
  if (result.error) fail(`npm could not be started: ${result.error.message}`)
  if (result.status !== 0) fail('npm ci failed; its messages are above. Skyhold needs its packages, so nothing was started.')
  fs.writeFileSync(STAMP, wanted)
}

function isInstalled(wanted) {
  if (fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === wanted) return true
  // Installed by hand: npm writes its own copy of the lock at the end of every install, and after the lock itself.
  const npmsCopy = path.join(MODULES, '.package-lock.json')
  if (!fs.existsSync(npmsCopy) || fs.statSync(npmsCopy).mtimeMs < fs.statSync(LOCK).mtimeMs) return false
  fs.writeFileSync(STAMP, wanted)
  return true
}

function findNode() {
  // Not every platform has a package with Node; there the person's own must do.
  const candidates = [path.join(MODULES, '.bin', process.platform === 'win32' ? 'node.exe' : 'node'), process.execPath]
  for (const candidate of candidates) {
    const result = spawnSync(candidate, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    if (result.status === 0 && isNewEnough(result.stdout.trim())) return candidate
  }
  return fail(
    `Skyhold needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}. npm brings one along on Linux and on Windows x64; ` +
      'here, install Node 24 from https://nodejs.org and run the same command again.',
  )
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
}

function run(node, args) {
  const env = { ...process.env }
  // Windows calls it Path.
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') || 'PATH'
  env[name] = [path.join(MODULES, '.bin'), env[name]].filter(Boolean).join(path.delimiter)
  // Each process strips and compiles a thousand files before its first line: the second one finds them done, and starts in half the time.
  env.NODE_COMPILE_CACHE ||= path.join(MODULES, '.cache', 'node')
  const child = spawn(node, args, { cwd: ROOT, env, stdio: 'inherit' })
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    let isSent = false
    process.on(signal, () => {
      // Once: the terminal and npm both send Ctrl-C, and a second one must not cut the end short.
      if (!isSent) child.kill(signal)
      isSent = true
    })
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (require('node:os').constants.signals[signal] ?? 0)
  })
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
