import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** A first start makes the tables and a timetable, on a machine that is busy. */
const READY_PATIENCE_MS = 120_000
/** Then the process is made to end. */
const CLOSE_PATIENCE_MS = 10_000

/** A process under measurement, so that the load generator's own work is not in its figures. */
export interface Program {
  url: string
  stop(): Promise<void>
}

export interface ProgramOptions {
  /** From the repository's root. */
  file: string
  port: number
  env: Record<string, string>
  readyPath?: string
}

/** Starts a program and waits until it answers. */
export async function startProgram({ file, port, env, readyPath = '/health/ready' }: ProgramOptions): Promise<Program> {
  const child = spawn(process.execPath, [ROOT + file], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, LOG_LEVEL: 'fatal', SKYHOLD_ENV: 'development', ...env },
    stdio: ['ignore', 2, 2],
  })
  // Whatever ends the measurement, nothing of it goes on.
  process.once('exit', () => child.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  try {
    await untilReady(url + readyPath, child, file)
  } catch (error) {
    await stop(child)
    throw error
  }
  return { url, stop: () => stop(child) }
}

async function untilReady(url: string, child: ChildProcess, file: string): Promise<void> {
  const deadline = Date.now() + READY_PATIENCE_MS
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode} before it was ready.`)
    if (Date.now() > deadline) throw new Error(`${file} was not ready after ${READY_PATIENCE_MS / 1000} s.`)
    await sleep(100)
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await response.body?.cancel()
    return response.ok
  } catch (error) {
    // Nobody listens there yet: not ready is the answer.
    if (error instanceof Error) return false
    throw error
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_PATIENCE_MS)
  await ended
  clearTimeout(timer)
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
