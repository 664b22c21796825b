import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { READY, type SnapshotAnswer, type SnapshotQuestion } from './sqlite-snapshot-messages.ts'

/** Another process may be turning the file to WAL or recovering it; here waiting holds nobody up. */
const PATIENCE_MS = 10_000

const { path } = workerData as { path: string }
const db = new DatabaseSync(path, { timeout: PATIENCE_MS })
db.exec('PRAGMA query_only = ON; BEGIN')
// The instant of a deferred transaction is its first read.
db.prepare('SELECT COUNT(*) FROM sqlite_schema').get()

parentPort?.on('message', (question: SnapshotQuestion | null) => {
  if (question === null) {
    db.exec('ROLLBACK')
    db.close()
    parentPort?.close()
    return
  }
  parentPort?.postMessage(answerTo(question), [])
})
parentPort?.postMessage({ id: READY, rows: [] } satisfies SnapshotAnswer, [])

function answerTo({ id, sql }: SnapshotQuestion): SnapshotAnswer {
  try {
    return { id, rows: db.prepare(sql).all() }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}
