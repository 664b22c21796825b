import { createHash } from 'node:crypto'
import { Chance } from './chance.ts'

/** Taken before anything stands in for it: the one thing that a run needs of the real event loop. */
const nextTurn = setImmediate
const START_MS = Date.UTC(2031, 4, 5, 6, 7, 8)
/** More than any run needs; whoever gets there goes round in circles. */
const STEPS_MAX = 200_000

/** Something that is going to happen. Cancelled, it does not. */
export interface Due {
  readonly atMs: number
  readonly order: number
  readonly happen: () => void
  isCancelled: boolean
}

/**
 * The one queue of a simulation. Whatever waits – for a statement, the network, a card, a timer – waits here for an instant of the simulated time, and one thing happens after the other,
 * so that a seed says all that happens in a run.
 */
export class World {
  readonly chance: Chance
  readonly #queue: Due[] = []
  readonly #hash = createHash('sha256')
  readonly #trace: string[] = []
  #nowMs = START_MS
  #order = 0
  /** Crashes, losses and delays happen. */
  hasFaults = true

  constructor(seed: number) {
    this.chance = new Chance(seed)
  }

  get nowMs(): number {
    return this.#nowMs
  }

  get elapsedMs(): number {
    return this.#nowMs - START_MS
  }

  get trace(): readonly string[] {
    return this.#trace
  }

  /** Names the whole trace. */
  digest(): string {
    return this.#hash.copy().digest('hex')
  }

  note(line: string): void {
    const timed = `${(this.elapsedMs / 1000).toFixed(3)} ${line}`
    this.#hash.update(timed)
    this.#trace.push(timed)
  }

  after(ms: number, happen: () => void): Due {
    const due: Due = { atMs: this.#nowMs + Math.max(0, Math.ceil(ms)), order: (this.#order += 1), happen, isCancelled: false }
    let [low, high] = [0, this.#queue.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      // The latest first, so that the next one is taken from the end.
      if ((this.#queue[middle]?.atMs ?? 0) > due.atMs) low = middle + 1
      else high = middle
    }
    this.#queue.splice(low, 0, due)
    return due
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve))
  }

  /** True with this probability, while there are faults. */
  strikes(probability: number): boolean {
    return this.hasFaults && this.chance.hit(probability)
  }

  /** Lets things happen, one after the other, until it is done. */
  async run(isDone: () => boolean): Promise<void> {
    for (let steps = 0; !isDone(); steps += 1) {
      if (steps > STEPS_MAX) throw new Error(`the simulation has not come to an end after ${STEPS_MAX} steps`)
      const due = this.#queue.pop()
      if (!due) throw new Error('nothing is going to happen any more')
      await this.#letHappen(due)
    }
  }

  /** Lets happen what is due at this very instant, and time does not go on: after a run, the hand-over of a lock that nobody else would make. */
  async settle(): Promise<void> {
    while ((this.#queue.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) <= this.#nowMs) {
      const due = this.#queue.pop()
      if (due) await this.#letHappen(due)
    }
  }

  async #letHappen(due: Due): Promise<void> {
    if (due.isCancelled) return
    this.#nowMs = due.atMs
    due.happen()
    // Every promise that this has settled has been followed to its end, or to its next wait, when the turn is over: the SQLite driver answers within the turn.
    await new Promise<void>((resolve) => void nextTurn(resolve))
  }
}

/** What is never answered: where a process is when it is dead. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined)
