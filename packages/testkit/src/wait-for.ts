import { setTimeout as sleep } from 'node:timers/promises'

export interface WaitOptions {
  timeoutMs?: number
  /** What is waited for, for the error: "the booking to be confirmed". */
  what?: string
}

/**
 * The first result of the condition that is neither false, null nor undefined. An error that the condition throws means "not yet" and is the cause of the timeout's error,
 * so that `expect` can be used inside. Asked often at first and every 50 ms later on.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, what = 'the condition' }: WaitOptions = {},
): Promise<Exclude<NonNullable<T>, false>> {
  const deadline = Date.now() + timeoutMs
  let cause: unknown
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 1.5, 50)) {
    try {
      const result = await condition()
      if (result !== undefined && result !== null && result !== false) return result as Exclude<NonNullable<T>, false>
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (Date.now() >= deadline) {
      const seen = cause instanceof Error ? ` The last try said: ${cause.message}` : ''
      throw new Error(`Waited ${timeoutMs} ms for ${what}, in vain.${seen}`, { cause })
    }
    await sleep(pauseMs)
  }
}
