import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultMark } from '../history/events.ts'
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
      const marks: Omit<FaultMark, 'atMs' | 'phase'>[] = []
      await breakable.apply(fault, (title, feltAt) => {
        count += 1
        const mark = { kind: 'fault' as const, fault: count, title, feltAt }
        marks.push(mark)
        recorder.add({ ...mark, atMs: Date.now(), phase: 'begins' })
      })
      for (const mark of marks) recorder.add({ ...mark, atMs: Date.now(), phase: 'ends' })
    }
  }
  try {
    await Promise.all([runLane('processes'), runLane('links')])
  } finally {
    await breakable.heal()
  }
}
