import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'
import type { Due, World } from './world.ts'

/** What Node's timers return, as far as anybody uses it. */
class Timer {
  readonly due: Due

  constructor(due: Due) {
    this.due = due
  }

  ref = () => this
  unref = () => this
  hasRef = () => true
}

const cancel = (timer: unknown): void => {
  if (timer instanceof Timer) timer.due.isCancelled = true
}

/**
 * Puts the simulated time and chance in the place of the process's own, so that the service's code runs as it is: its waits, its new ids and its jitter are the seed's.
 * Returns how to take them away again.
 */
export function standIn(world: World, { hasStacks }: { hasStacks: boolean }): () => void {
  const { chance } = world
  const setTimer = (happen: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => new Timer(world.after(ms, () => happen(...args)))
  const restore = [
    replace(globalThis, {
      setTimeout: setTimer,
      clearTimeout: cancel,
      setImmediate: (happen: (...args: unknown[]) => void, ...args: unknown[]) => setTimer(happen, 0, ...args),
      clearImmediate: cancel,
    }),
    replace(Date, { now: () => world.nowMs }),
    // Sequelize tells the terminal of every commit that failed.
    replace(console, { warn: (line: unknown) => world.note(String(line).replace(/transaction \S+/, 'transaction')) }),
    // Sequelize notes the stack of every statement, which takes a tenth of the time.
    replace(Error, { stackTraceLimit: hasStacks ? 30 : 0 }),
    replace(Math, { random: () => chance.next() }),
    replace(timersPromises, {
      setTimeout: (ms?: number, value?: unknown, options?: { signal?: AbortSignal }) => wait(world, ms, value, options),
    }),
    replace(crypto, {
      randomBytes: (count: number) => chance.bytes(count),
      randomInt: (from: number, to?: number) => (to === undefined ? chance.between(0, from - 1) : chance.between(from, to - 1)),
      randomUUID: () => chance.bytes(16).toString('hex'),
    }),
  ]
  // For whoever has imported them by name.
  syncBuiltinESMExports()
  return () => {
    for (const undo of restore) undo()
    syncBuiltinESMExports()
  }
}

function replace(target: object, members: Record<string, unknown>): () => void {
  const before = Object.fromEntries(Object.keys(members).map((name) => [name, Reflect.get(target, name) as unknown]))
  Object.assign(target, members)
  return () => void Object.assign(target, before)
}

function wait(world: World, ms = 0, value?: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> {
  if (signal?.aborted) return Promise.reject(new DOMException('The wait was ended.', 'AbortError'))
  return new Promise((resolve, reject) => {
    const due = world.after(ms, () => resolve(value))
    signal?.addEventListener('abort', () => {
      due.isCancelled = true
      reject(new DOMException('The wait was ended.', 'AbortError'))
    })
  })
}
