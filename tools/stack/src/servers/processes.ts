import { execFile, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** A process that we started. The start time tells it from a later process that was given the same number. */
export interface ProcessMark {
  pid: number
  /** Clock ticks after boot, from /proc; empty where there is no /proc. */
  startedAt: string
}

export interface SpawnOptions {
  env?: NodeJS.ProcessEnv
  uid?: number | undefined
  gid?: number | undefined
  cwd?: string
  logFile: string
}

const STATE_FIELD = 0
const START_TIME_FIELD = 19

/** The fields of /proc/<pid>/stat after the command's name, which may hold spaces and brackets; null when there is no such process. */
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return null
    throw error
  }
}

export const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code

export const markOf = (pid: number): ProcessMark => ({ pid, startedAt: statOf(pid)?.[START_TIME_FIELD] ?? '' })

/** True while the very process of the mark runs. One that has ended and waits for its parent to notice counts as gone, once its last thread has let go of its ports. */
export function isAlive(mark: ProcessMark | null | undefined): mark is ProcessMark {
  if (!mark) return false
  if (process.platform !== 'linux') return signal(mark.pid, 0)
  const stat = statOf(mark.pid)
  if (!stat || stat[START_TIME_FIELD] !== mark.startedAt) return false
  return stat[STATE_FIELD] !== 'Z' || threadsOf(mark.pid) > 1
}

/** The first thread of a killed server can be gone while another still holds the sockets. */
function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return 0
    throw error
  }
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false
    throw error
  }
}

/** Sends a signal to the process of the mark, and to no other. */
export const signalProcess = (mark: ProcessMark, name: NodeJS.Signals): boolean => isAlive(mark) && signal(mark.pid, name)

/** Asks a process to end and waits for it; after the patience it is killed. */
export async function terminate(mark: ProcessMark | null | undefined, patienceMs = 30_000): Promise<void> {
  if (!isAlive(mark)) return
  signalProcess(mark, 'SIGTERM')
  if (await ended(mark, patienceMs)) return
  signalProcess(mark, 'SIGKILL')
  if (!(await ended(mark, 10_000))) throw new Error(`Process ${mark.pid} does not end, even after SIGKILL.`)
}

export async function ended(mark: ProcessMark, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (isAlive(mark)) {
    if (Date.now() > deadline) return false
    await sleep(25)
  }
  return true
}

/** Starts a server that outlives this process and is not hit by the terminal's Ctrl-C: its owner decides when it ends. */
export function spawnDetached(command: string, args: readonly string[], { env, uid, gid, cwd, logFile }: SpawnOptions): ProcessMark {
  const log = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: env ?? process.env,
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    })
    // The pid says whether it was started; without a listener the same failure would end this process.
    let failure: Error | null = null
    child.on('error', (error) => (failure = error))
    child.unref()
    if (child.pid === undefined) throw new Error(`${command} could not be started.`, { cause: failure })
    return markOf(child.pid)
  } finally {
    closeSync(log)
  }
}

const execFileAsync = promisify(execFile)

/** Runs a program to its end. The error of a failure carries what the program said. */
export async function run(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; uid?: number | undefined; gid?: number | undefined; timeoutMs?: number } = {},
): Promise<string> {
  const { timeoutMs = 120_000, ...rest } = options
  try {
    const { stdout } = await execFileAsync(command, args, { ...rest, timeout: timeoutMs, maxBuffer: 32 * 1024 * 1024 })
    return stdout
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').slice(-5).join('\n') : ''
    throw new Error(`\`${command} ${args.slice(0, 3).join(' ')} …\` failed: ${said || String(error)}`, { cause: error })
  }
}

/** Waits for a server to be ready; says what its log ends with when it dies or takes too long. */
export async function untilReady(options: {
  what: string
  mark: () => ProcessMark | null
  isReady: () => Promise<boolean>
  withinMs: number
  logFile: string
}): Promise<void> {
  const { what, mark, isReady, withinMs, logFile } = options
  const deadline = Date.now() + withinMs
  for (;;) {
    if (await isReady()) return
    const current = mark()
    if (current && !isAlive(current)) throw new Error(`${what} ended while it started. Its log ends with:\n${tailOf(logFile)}`)
    if (Date.now() > deadline)
      throw new Error(`${what} was not ready after ${withinMs / 1000} seconds. Its log ends with:\n${tailOf(logFile)}`)
    await sleep(50)
  }
}

export function tailOf(file: string, lines = 8): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch (error) {
    return `(no log: ${error instanceof Error ? error.message : String(error)})`
  }
}
