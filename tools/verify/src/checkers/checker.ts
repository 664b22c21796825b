import type { History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'

export interface Finding {
  /** Each a sentence that names what it is about. */
  violations: string[]
  /** What was looked at: "212 seats". */
  looked: string
  /** Why it, or a part of it, could not be checked. */
  unchecked?: string
}

/** One invariant. Pure: the same history and observations give the same finding. */
export interface Checker {
  id: string
  title: string
  check(history: History, observations: Observations): Finding
}

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
