import { CommitUnknown, errorKind } from './errors.ts'

interface Batch<T> {
  items: readonly T[]
  /** One transaction over these; how many it changed. */
  work: (items: readonly T[]) => Promise<number>
  /** Told of each that broke its own transaction. */
  onFailed: (item: T, error: unknown) => void
}

/**
 * Works on all in one transaction and, when one of them breaks it, on each in a transaction of its own, so that it stops nobody but itself.
 * A database that is away, or locked for too long, is nobody's fault and is thrown. How many were changed, and which failed.
 */
export async function togetherOrAlone<T>({ items, work, onFailed }: Batch<T>): Promise<{ changed: number; failed: T[] }> {
  // Most looks for work find none, four times a second in every replica.
  if (items.length === 0) return { changed: 0, failed: [] }
  try {
    return { changed: await work(items), failed: [] }
  } catch (error) {
    if (!isOfItsContent(error)) throw error
  }
  let changed = 0
  const failed: T[] = []
  for (const item of items) {
    try {
      changed += await work([item])
    } catch (error) {
      if (!isOfItsContent(error)) throw error
      failed.push(item)
      onFailed(item, error)
    }
  }
  return { changed, failed }
}

/** It would come again in the same way, whatever the state of the database. */
const isOfItsContent = (error: unknown): boolean =>
  !(error instanceof CommitUnknown) && !['connection', 'busy', 'deadlock', 'lock_timeout'].includes(errorKind(error))
