import type { Parts } from './parts.ts'

/**
 * What work on a payment comes to, or null when it takes longer than its caller may wait. Then it goes on, the service waits for it before it closes, and what fails is found by
 * the recovery job.
 */
export function inTime<T>(
  work: Promise<T>,
  { ms, paymentId }: { ms: number; paymentId: string },
  { unfinished, logger }: Pick<Parts, 'unfinished' | 'logger'>,
): Promise<T | null> {
  unfinished.add(work)
  work
    .catch((error: unknown) => logger.warn({ err: error, paymentId }, 'a payment is left to recovery'))
    .finally(() => unfinished.delete(work))
  return within(work, ms)
}

/** Null when it takes longer; the work goes on, and whoever began it sees to its end. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, ms, null)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
