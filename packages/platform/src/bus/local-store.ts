import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { BusUnavailable } from './errors.ts'

export interface StoredMessage {
  id: number
  body: string
  traceparent: string | null
  attempt: number
  /** Of the last failure. */
  reason: string | null
  replayOf: string | null
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    traceparent TEXT,
    attempt INTEGER NOT NULL DEFAULT 1,
    reason TEXT,
    due_at INTEGER,
    due_queue TEXT,
    replay_of TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, id);
  CREATE INDEX IF NOT EXISTS messages_by_due ON messages (due_at) WHERE due_at IS NOT NULL;`

/** Changes of one turn of the event loop, waiting for their common commit. */
interface Change {
  apply: () => void
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * The messages of the local bus in one SQLite file. Writes of one turn of the event loop share a transaction, because the fsync of a commit
 * costs more than a hundred inserts. `synchronous = FULL`: what `write` has resolved survives a power cut.
 */
export class LocalStore {
  readonly #file: DatabaseSync
  readonly #statements: ReturnType<typeof prepare>
  #changes: Change[] = []

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true })
    const path = join(dataDir, 'bus.sqlite')
    this.#file = new DatabaseSync(path)
    try {
      // Exclusive, because which messages are being worked on is known to this process only: a second one would deliver them again.
      this.#file.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${SCHEMA}`)
      addReplayOf(this.#file)
      this.#statements = prepare(this.#file)
    } catch (error) {
      this.#file.close()
      throw new BusUnavailable(
        `The local bus cannot open ${path}: ${String(error)}. Only one process at a time can use it; several need BROKER_URL=amqp://….`,
        {
          cause: error,
        },
      )
    }
  }

  /** Resolves when the change is on disk. */
  #write(apply: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#changes.length === 0) setImmediate(() => this.flush())
      this.#changes.push({ apply, resolve, reject })
    })
  }

  /** Commits what waits. All of it fails together, so that a confirm never says more than the disk does. */
  flush(): void {
    const changes = this.#changes
    this.#changes = []
    if (changes.length === 0) return
    try {
      this.#rollBackIfOpen()
      this.#file.exec('BEGIN IMMEDIATE')
      for (const { apply } of changes) apply()
      this.#file.exec('COMMIT')
    } catch (error) {
      for (const { reject } of changes) reject(error)
      this.#undo()
      return
    }
    for (const { resolve } of changes) resolve()
  }

  #rollBackIfOpen(): void {
    if (this.#file.isOpen && this.#file.isTransaction) this.#file.exec('ROLLBACK')
  }

  /** Never throws: nobody waits for a flush, and an error here would end the process. */
  #undo(): void {
    try {
      this.#rollBackIfOpen()
    } catch {
      // The disk fails for the undoing too. Everybody has been told already, and the next flush begins with it.
    }
  }

  append(
    queues: readonly string[],
    { body, traceparent, replayOf = null }: { body: string; traceparent: string | null; replayOf?: string | null },
  ): Promise<void> {
    return this.#write(() => {
      for (const queue of queues) this.#statements.append.run(queue, body, traceparent, replayOf)
    })
  }

  remove(id: number): Promise<void> {
    return this.#write(() => this.#statements.remove.run(id))
  }

  /** Moves a message to a retry queue, from which `promote` brings it back at `dueAtMs`, or to the dead letters (`dueAtMs` null). */
  move(id: number, to: { queue: string; dueAtMs: number | null; dueQueue: string | null; attempt: number; reason: string }): Promise<void> {
    return this.#write(() => this.#statements.move.run(to.queue, to.dueAtMs, to.dueQueue, to.attempt, to.reason, id))
  }

  /** Brings back what is due and says when the next is, in epoch milliseconds. */
  async promote(nowMs: number): Promise<number | null> {
    await this.#write(() => this.#statements.promote.run(nowMs))
    return this.nextDueAtMs()
  }

  nextDueAtMs(): number | null {
    const row = this.#statements.nextDue.get() as { due_at: number | null } | undefined
    return row?.due_at ?? null
  }

  /** The oldest messages of a queue that are not among `taken`. */
  take(queue: string, limit: number, taken: ReadonlySet<number>): StoredMessage[] {
    const rows = this.#statements.oldest.all(queue, limit + taken.size) as unknown as StoredMessage[] // The driver types rows by column name only.
    return rows.filter(({ id }) => !taken.has(id)).slice(0, limit)
  }

  count(queue: string): number {
    return (this.#statements.count.get(queue) as { messages: number }).messages
  }

  close(): void {
    this.flush()
    this.#file.close()
  }
}

/** A file of an older version lacks the column. */
function addReplayOf(file: DatabaseSync): void {
  const columns = file.prepare('PRAGMA table_info(messages)').all()
  if (!columns.some(({ name }) => name === 'replay_of')) file.exec('ALTER TABLE messages ADD COLUMN replay_of TEXT')
}

function prepare(file: DatabaseSync): Record<'append' | 'remove' | 'move' | 'promote' | 'nextDue' | 'oldest' | 'count', StatementSync> {
  return {
    append: file.prepare('INSERT INTO messages (queue, body, traceparent, replay_of) VALUES (?, ?, ?, ?)'),
    remove: file.prepare('DELETE FROM messages WHERE id = ?'),
    move: file.prepare('UPDATE messages SET queue = ?, due_at = ?, due_queue = ?, attempt = ?, reason = ? WHERE id = ?'),
    promote: file.prepare('UPDATE messages SET queue = due_queue, due_at = NULL, due_queue = NULL WHERE due_at <= ?'),
    nextDue: file.prepare('SELECT MIN(due_at) AS due_at FROM messages WHERE due_at IS NOT NULL'),
    oldest: file.prepare(
      'SELECT id, body, traceparent, attempt, reason, replay_of AS replayOf FROM messages WHERE queue = ? ORDER BY id LIMIT ?',
    ),
    count: file.prepare('SELECT COUNT(*) AS messages FROM messages WHERE queue = ?'),
  }
}
