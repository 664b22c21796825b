import { setTimeout as sleep } from 'node:timers/promises'
import type { Recorder } from '../history/recorder.ts'
import { planFaults } from '../plan/faults.ts'
import type { Breakable } from './system.ts'

export interface InjectOptions {
  seed: string
  breakable: Breakable
  recorder: Recorder
  forMs: number
}

/** Breaks what the seed has planned, in two lanes, until the time is over; then everything is mended. */
export async function injectFaults({ seed, breakable, recorder, forMs }: InjectOptions): Promise<void> {
  const startedAtMs = Date.now()
  let count = 0
  const runLane = async (lane: 'processes' | 'links') => {
    for (const { atMs, fault } of planFaults(seed, { lane, forMs })) {
      await sleep(Math.max(0, startedAtMs + atMs - Date.now()))
      // A fault that took long to mend has eaten the time of the next ones.
      if (Date.now() - startedAtMs > forMs) return
      const mark: { number: number; title: string } = { number: 0, title: '' }
      await breakable.apply(fault, (title) => {
        count += 1
        Object.assign(mark, { number: count, title })
        recorder.add({ kind: 'fault', atMs: Date.now(), fault: mark.number, title, phase: 'begins' })
      })
      if (mark.number) recorder.add({ kind: 'fault', atMs: Date.now(), fault: mark.number, title: mark.title, phase: 'ends' })
    }
  }
  try {
    await Promise.all([runLane('processes'), runLane('links')])
  } finally {
    await breakable.heal()
  }
}
