import { type CheckMemory, LISTED_MAX } from '@skyhold/platform'

/** What is looked up by itself: a payment or refund of ours, an intent of the provider's, or money that the provider gives back. */
const KINDS = ['payment', 'refund', 'charge', 'given'] as const
type SuspectKind = (typeof KINDS)[number]
/** The kind is remembered with the id, because not every difference has two sides to be found from. */
export type Suspect = `${SuspectKind}:${string}`

export const suspectOf = (kind: SuspectKind, id: string): Suspect => `${kind}:${id}`
export const kindOf = (suspect: Suspect): SuspectKind => KINDS.find((kind) => suspect.startsWith(`${kind}:`)) ?? 'payment'
export const idOf = (suspect: Suspect): string => suspect.slice(suspect.indexOf(':') + 1)

export interface Remembered {
  untilMs: number | null
  /** What differed, until it agrees; those that have waited longest to be looked up come first. */
  suspects: ReadonlySet<Suspect>
  /** What no run has had time to look up: nobody knows yet whether it differs. */
  waiting: readonly Suspect[]
  /** Written by a version that kept ids without their kinds, and forgot what it could not find by them. */
  isOld: boolean
}

export function remembered(memory: CheckMemory | null): Remembered {
  const stored = listOf(memory?.suspects)
  return {
    untilMs: typeof memory?.untilMs === 'number' ? memory.untilMs : null,
    suspects: new Set(stored.map(suspectIn)),
    waiting: listOf(memory?.waiting).map(suspectIn),
    isOld: memory !== null && memory.waiting === undefined,
  }
}

export const memoryOf = (untilMs: number, suspects: readonly Suspect[], waiting: readonly Suspect[]): CheckMemory => ({
  untilMs,
  suspects: suspects.slice(0, LISTED_MAX),
  waiting: waiting.slice(0, LISTED_MAX),
})

/** An id without a kind tells it by how it begins. */
function suspectIn(text: string): Suspect {
  if (isSuspect(text)) return text
  return suspectOf(text.startsWith('re_') ? 'given' : text.startsWith('rfd_') ? 'refund' : 'payment', text)
}

const isSuspect = (text: string): text is Suspect => KINDS.some((kind) => text.startsWith(`${kind}:`))
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
