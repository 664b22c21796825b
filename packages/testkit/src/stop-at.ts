/**
 * A preload (`node --import …/stop-at.ts`) that ends its own process exactly at a checkpoint of the platform, as a crash at that moment would.
 *
 * SKYHOLD_STOP_AT names it: `name`, `name:nth` or `name:nth:SIGSTOP`; SIGKILL at the first crossing unless told.
 * SKYHOLD_STOP_AT_FILE is read at each crossing instead, so that a process can be told while it runs; the file is removed by whoever it strikes, so it strikes once.
 */
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync, rmSync } from 'node:fs'

/** As in packages/platform/src/checkpoint.ts, whose test shows that both mean the same. */
const CHECKPOINT_CHANNEL = 'skyhold:checkpoint'

interface Plan {
  name: string
  nth: number
  signal: NodeJS.Signals
}

const planOf = (text: string): Plan => {
  const [name = '', nth = '1', signal = 'SIGKILL'] = text.trim().split(':')
  return { name, nth: Number(nth), signal: signal as NodeJS.Signals }
}

const { SKYHOLD_STOP_AT: fixed, SKYHOLD_STOP_AT_FILE: file } = process.env
let isStruck = false
/** Crossings of the planned checkpoint, and the plan that they are counted for. */
let counted = { plan: '', crossings: 0 }

function presentPlan(): string | null {
  if (fixed) return isStruck ? null : fixed
  if (!file) return null
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    // Nothing is planned.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

subscribe(CHECKPOINT_CHANNEL, (message) => {
  const text = presentPlan()
  if (text === null) return
  const plan = planOf(text)
  if ((message as { name: string }).name !== plan.name) return
  counted = { plan: text, crossings: counted.plan === text ? counted.crossings + 1 : 1 }
  if (counted.crossings < plan.nth) return
  isStruck = true
  counted = { plan: '', crossings: 0 }
  if (file) rmSync(file, { force: true })
  // The signal is there when the call returns: nothing of the process runs in between.
  process.kill(process.pid, plan.signal)
})
