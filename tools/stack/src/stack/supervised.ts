import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, renameSync, rmSync, statSync, type WriteStream, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { ENDS_WITH_STARTER } from '@skyhold/testkit/ends-with-starter'
import type { ProcessEnd } from '@skyhold/testkit/managed-process'
import { ended, isAlive, markOf, type ProcessMark, signalProcess, tailOf, terminate } from '../servers/processes.ts'
import { StateFile } from '../servers/state.ts'

export interface SupervisedOptions {
  /** `bookings-2`: names the files. */
  id: string
  title: string
  args: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
  /** Has the folders logs and pids. */
  folder: string
  /** Called with each line of its log. */
  onLine?: (line: string) => void
  /** Called with sentences for the person: it died, it is started again. */
  onNotice: (sentence: string) => void
}

const FIRST_WAIT_MS = 200
/** A process that dies at each start must not eat the machine; one that a person mends should be back soon after. */
const LONGEST_WAIT_MS = 10_000
/** Whoever lived so long has recovered: its next death is a new story. */
const STABLE_MS = 30_000
/** A service ends itself after 20 s of closing; a little more, so that its own last words are logged. */
const STOP_PATIENCE_MS = 25_000
const LEFTOVER_PATIENCE_MS = 3000
const LOG_MAX_BYTES = 20 * 1024 * 1024

/** A process that is started again when it dies, until it is stopped. It closes by itself when the stack is gone, also by SIGKILL. */
export class Supervised {
  readonly id: string
  readonly logFile: string
  /** Deaths that nobody asked for. */
  deaths = 0
  readonly #options: SupervisedOptions
  readonly #state: StateFile<ProcessMark>
  readonly #pidFile: string
  #wanted = false
  #mark: ProcessMark | null = null
  #closed: Promise<ProcessEnd | null> = Promise.resolve(null)
  #waitMs = FIRST_WAIT_MS
  #restart: NodeJS.Timeout | null = null

  constructor(options: SupervisedOptions) {
    this.id = options.id
    this.#options = options
    this.logFile = path.join(options.folder, 'logs', `${options.id}.log`)
    this.#pidFile = path.join(options.folder, 'pids', `${options.id}.pid`)
    this.#state = new StateFile(path.join(options.folder, 'pids', `${options.id}.json`))
  }

  get pid(): number | null {
    return isAlive(this.#mark) ? this.#mark.pid : null
  }

  /** Ends what an earlier stack that was killed has left running under this name. */
  async clearLeftover(): Promise<void> {
    // Nobody listens to it any more and its log has no reader: it is hurried, because a crash is what services are made for.
    await terminate(this.#state.read(), LEFTOVER_PATIENCE_MS)
  }

  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#waitMs = FIRST_WAIT_MS
    this.#spawn()
  }

  /** SIGTERM, and SIGKILL after the patience. It stays down until start(). Resolves to how it ended, now or before; null when it was never started. */
  async stop(): Promise<ProcessEnd | null> {
    this.#wanted = false
    if (this.#restart) clearTimeout(this.#restart)
    this.#restart = null
    const mark = this.#mark
    // A process that is stopped in its tracks (SIGSTOP) would never hear SIGTERM.
    if (isAlive(mark)) signalProcess(mark, 'SIGCONT')
    await terminate(mark, STOP_PATIENCE_MS)
    return this.#closed
  }

  /** Sends a signal; for SIGKILL it waits for the death. The supervisor starts the process again. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const mark = this.#mark
    if (!isAlive(mark)) throw new Error(`${this.#options.title} is not running, so ${signal} has nobody to go to.`)
    signalProcess(mark, signal)
    if (signal === 'SIGKILL') await ended(mark, 10_000)
  }

  lastLines(): string {
    return tailOf(this.logFile, 12)
  }

  #spawn(): void {
    const { args, cwd, env } = this.#options
    const log = this.#openLog()
    const startedAt = Date.now()
    // In a session of its own: Ctrl-C in the terminal is for the stack, which then ends its services in order.
    const child = spawn(process.execPath, [...ENDS_WITH_STARTER, ...args], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    child.once('error', (error) => this.#onLine(log, `could not be started: ${error.message}`))
    this.#follow(child.stdout, log)
    this.#follow(child.stderr, log)
    if (child.pid !== undefined) this.#remember(markOf(child.pid))
    this.#closed = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        log.end()
        this.#remember(null)
        resolve({ code, signal })
        this.#onEnd({ code, signal, livedMs: Date.now() - startedAt })
      })
    })
  }

  #onEnd({ code, signal, livedMs }: ProcessEnd & { livedMs: number }): void {
    if (!this.#wanted) return
    this.deaths++
    if (livedMs > STABLE_MS) this.#waitMs = FIRST_WAIT_MS
    this.#options.onNotice(
      `${this.#options.title} ended (${signal ?? `code ${code}`}); starting it again in ${this.#waitMs} ms. Its log: ${this.logFile}`,
    )
    this.#restart = setTimeout(() => this.#spawn(), this.#waitMs)
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS)
  }

  #remember(mark: ProcessMark | null): void {
    this.#mark = mark
    if (mark) {
      this.#state.write(mark)
      writeFileSync(this.#pidFile, `${mark.pid}\n`)
    } else {
      rmSync(this.#pidFile, { force: true })
      rmSync(this.#state.file, { force: true })
    }
  }

  #openLog(): WriteStream {
    for (const file of [this.logFile, this.#pidFile]) mkdirSync(path.dirname(file), { recursive: true })
    const size = statSync(this.logFile, { throwIfNoEntry: false })?.size ?? 0
    if (size > LOG_MAX_BYTES) renameSync(this.logFile, `${this.logFile}.1`)
    return createWriteStream(this.logFile, { flags: 'a' })
  }

  #follow(stream: Readable | null, log: WriteStream): void {
    if (!stream) return
    createInterface({ input: stream }).on('line', (line) => this.#onLine(log, line))
  }

  #onLine(log: WriteStream, line: string): void {
    const prefixed = `${this.id} | ${line}`
    // The last words of a process can come after its end.
    if (!log.writableEnded) log.write(`${prefixed}\n`)
    this.#options.onLine?.(prefixed)
  }
}
