import type { Parts } from './parts.ts'

/**
 * What work on a payment comes to, or null when it takes longer than its caller may wait. Then it goes on, the service waits for it before it closes, and what fails is found by
 * the recovery job.
 */
export async function inTime<T>(
  work: Promise<T>,
  { ms, paymentId }: { ms: number; paymentId: string },
  { unfinished, logger }: Pick<Parts, 'unfinished' | 'logger'>,
): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, ms, null)
  unfinished.add(work)
  work
    .catch((error: unknown) => logger.warn({ err: error, paymentId }, 'a payment is left to recovery'))
    .finally(() => unfinished.delete(work))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
