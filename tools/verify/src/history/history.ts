import type { Answer, FaultMark, Felt, HistoryEvent, Invoke, Lost, RunMark } from './events.ts'

/** A call with what became of it. */
export interface Call extends Omit<Invoke, 'kind' | 'atMs'> {
  startedAtMs: number
  /** Of the answer, or of the moment when it was given up. */
  endedAtMs: number
  /** Null: lost. */
  answer: Pick<Answer, 'status' | 'isReplayed' | 'hasRetryAfter' | 'body'> | null
  lostBecause: string | null
}

export interface FaultSpan {
  title: string
  feltAt: readonly Felt[]
  fromMs: number
  toMs: number
}

/** All that happened, in the order of the beginnings. */
export interface History {
  run: RunMark
  calls: Call[]
  faults: FaultSpan[]
}

/** Puts the two ends of each call together. A call without an end was under way when the run was cut off: lost. */
export function historyOf(events: readonly HistoryEvent[]): History {
  const run = events.find((event) => event.kind === 'run')
  if (!run) throw new Error('A history begins with a line of kind `run`.')
  const ends = new Map<number, Answer | Lost>()
  for (const event of events) if (event.kind === 'answer' || event.kind === 'lost') ends.set(event.id, event)
  const lastMs = events.at(-1)?.atMs ?? run.atMs
  const calls = events.filter((event) => event.kind === 'invoke').map((invoke) => callOf(invoke, ends.get(invoke.id), lastMs))
  return { run, calls, faults: faultsOf(events, lastMs) }
}

function callOf({ kind: _kind, atMs, ...invoke }: Invoke, end: Answer | Lost | undefined, lastMs: number): Call {
  return {
    ...invoke,
    startedAtMs: atMs,
    endedAtMs: end?.atMs ?? lastMs,
    answer: end?.kind === 'answer' ? end : null,
    lostBecause: end?.kind === 'answer' ? null : (end?.reason ?? 'the run ended'),
  }
}

function faultsOf(events: readonly HistoryEvent[], lastMs: number): FaultSpan[] {
  const marks = events.filter((event): event is FaultMark => event.kind === 'fault')
  return marks
    .filter(({ phase }) => phase === 'begins')
    .map(({ fault, title, feltAt, atMs }) => ({
      title,
      feltAt,
      fromMs: atMs,
      toMs: marks.find((mark) => mark.fault === fault && mark.phase === 'ends')?.atMs ?? lastMs,
    }))
}
