import { Worker } from 'node:worker_threads'
import { READY, type SnapshotAnswer, type SnapshotQuestion } from './sqlite-snapshot-messages.ts'

export interface SqliteSnapshot {
  rows<T extends object>(sql: string): Promise<T[]>
  close(): Promise<void>
}

interface Asked {
  resolve: (rows: object[]) => void
  reject: (error: Error) => void
}

/** A read transaction on a SQLite file in a thread: the engine is synchronous, and a check of a large file takes seconds. Writers do not wait for readers in WAL mode. */
export async function openSqliteSnapshot(path: string): Promise<SqliteSnapshot> {
  const thread = new Worker(new URL('./sqlite-snapshot-thread.ts', import.meta.url), { workerData: { path } })
  const asked = new Map<number, Asked>()
  let lastId = READY
  let end: Error | null = null
  thread.on('message', (answer: SnapshotAnswer) => {
    const { resolve, reject } = asked.get(answer.id) ?? {}
    asked.delete(answer.id)
    if ('error' in answer) reject?.(new Error(answer.error))
    else resolve?.(answer.rows)
  })
  const fail = (error: Error) => {
    end ??= error
    for (const { reject } of asked.values()) reject(end)
    asked.clear()
  }
  thread.on('error', fail)
  const gone = new Promise<void>((resolve) => {
    thread.on('exit', () => {
      fail(new Error('The thread of the snapshot has ended.'))
      resolve()
    })
  })
  const answerTo = (id: number): Promise<object[]> =>
    new Promise((resolve, reject) => {
      if (end) reject(end)
      else asked.set(id, { resolve, reject })
    })

  await answerTo(READY)
  return {
    rows<T extends object>(sql: string) {
      lastId += 1
      const answer = answerTo(lastId)
      thread.postMessage({ id: lastId, sql } satisfies SnapshotQuestion, [])
      // The thread gives what SQLite gives; the caller's type says what he has selected.
      return answer as Promise<T[]>
    },
    async close() {
      thread.postMessage(null, [])
      await gone
    },
  }
}
