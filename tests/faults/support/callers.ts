import { passing } from '@skyhold/testkit'

export interface Callers {
  /** Between the calls of each; none unless told. */
  pauseMs: number
  /** Resolves when the last calls are over. */
  end(): Promise<void>
}

/** Makes each of these calls again and again, whatever it comes to. */
export function callAgainAndAgain(calls: readonly (() => Promise<unknown>)[]): Callers {
  const ended = new AbortController()
  const callers: Callers = {
    pauseMs: 0,
    end: async () => {
      ended.abort()
      await calling
    },
  }
  const repeat = async (call: () => Promise<unknown>): Promise<void> => {
    while (!ended.signal.aborted) {
      // Whoever calls keeps the outcomes himself.
      await call().catch(() => passing(20))
      await passing(callers.pauseMs)
    }
  }
  const calling = Promise.all(calls.map(repeat))
  return callers
}
