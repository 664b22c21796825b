import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { ENDS_WITH_STARTER } from './ends-with-starter.ts'

export interface ManagedProcessOptions {
  /** Added to this process's environment; undefined removes a name. */
  env?: Record<string, string | undefined>
  cwd?: string
}

export interface ProcessEnd {
  code: number | null
  signal: NodeJS.Signals | null
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A program under test: its lines can be waited for, it can be killed at any moment, and it never outlives the test process; a program of Node not even one that was killed. */
export class ManagedProcess {
  readonly pid: number
  /** Everything it has printed, both streams, line by line. */
  readonly lines: string[] = []
  /** Resolves when it has ended and all of its output is in `lines`. */
  readonly end: Promise<ProcessEnd>
  readonly #child: ChildProcess
  readonly #title: string
  readonly #watchers = new Set<() => void>()
  #hasEnded = false

  private constructor(command: string, args: readonly string[], { env = {}, cwd }: ManagedProcessOptions) {
    this.#title = [command, ...args].join(' ')
    const isNode = command === process.execPath
    this.#child = spawn(command, isNode ? [...ENDS_WITH_STARTER, ...args] : args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...(isNode ? ['ipc' as const] : [])],
      ...(cwd === undefined ? {} : { cwd }),
    })
    running.add(this.#child)
    this.#read(this.#child.stdout)
    this.#read(this.#child.stderr)
    this.end = new Promise((resolve) => {
      const finish = (end: ProcessEnd) => {
        running.delete(this.#child)
        this.#hasEnded = true
        this.#notify()
        resolve(end)
      }
      this.#child.once('error', (error) => {
        this.lines.push(`${this.#title} could not be started: ${error.message}`)
        if (this.#child.pid === undefined) finish({ code: null, signal: null })
      })
      this.#child.once('close', (code, signal) => finish({ code, signal }))
    })
    this.pid = this.#child.pid ?? 0
  }

  static start(command: string, args: readonly string[] = [], options: ManagedProcessOptions = {}): ManagedProcess {
    return new ManagedProcess(command, args, options)
  }

  get isRunning(): boolean {
    return !this.#hasEnded
  }

  /** The first line, also of those already printed, that matches. Fails at once when the program ends before it prints one. */
  waitForLine(pattern: RegExp, { timeoutMs = 30_000 }: { timeoutMs?: number } = {}): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      let seen = 0
      const stop = () => {
        clearTimeout(timer)
        this.#watchers.delete(look)
      }
      const fail = (why: string) => {
        stop()
        reject(new Error(`\`${this.#title}\` ${why} without a line like ${pattern}. Its last lines:\n${this.lines.slice(-15).join('\n')}`))
      }
      const look = () => {
        while (seen < this.lines.length) {
          // A pattern with the g flag remembers where it stood in the line before.
          pattern.lastIndex = 0
          const match = pattern.exec(this.lines[seen++] ?? '')
          if (match) {
            stop()
            resolve(match)
            return
          }
        }
        if (this.#hasEnded) fail('ended')
      }
      const timer = setTimeout(() => fail(`ran for ${timeoutMs} ms`), timeoutMs)
      this.#watchers.add(look)
      look()
    })
  }

  /** Sends the signal and waits for the end. SIGKILL is the crash of the fault tests. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ProcessEnd> {
    if (!this.#hasEnded) this.#child.kill(signal)
    return await this.end
  }

  /** SIGTERM, and SIGKILL after the patience. */
  async stop({ patienceMs = 10_000 }: { patienceMs?: number } = {}): Promise<ProcessEnd> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs)
    try {
      return await this.kill('SIGTERM')
    } finally {
      clearTimeout(timer)
    }
  }

  #read(stream: Readable | null): void {
    if (!stream) return
    createInterface({ input: stream }).on('line', (line) => {
      this.lines.push(line)
      this.#notify()
    })
  }

  #notify(): void {
    for (const watcher of this.#watchers) watcher()
  }
}
