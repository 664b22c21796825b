import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Incoming, Message } from '../domain/message.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS messages (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  message_id TEXT UNIQUE,
  copies INTEGER NOT NULL DEFAULT 1,
  shown TEXT NOT NULL,
  raw BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS recipients (
  address TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES messages (seq) ON DELETE CASCADE,
  PRIMARY KEY (address, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipients_by_message ON recipients (seq);
`

export interface MessageFilter {
  /** Only what was sent to this address, in any case of its letters. */
  to?: string | undefined
  limit?: number | undefined
  /** Only older ones than this message. */
  before?: string | undefined
}

interface Shown {
  shown: string
  copies: number
}

/** The SQLite file of the mailbox. What `keep` has returned from is on the disk. */
export class Messages {
  readonly #database: DatabaseSync

  constructor(file: string) {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
    this.#database = new DatabaseSync(file)
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON')
    this.#database.exec(SCHEMA)
  }

  /** Keeps one message for each Message-ID, as mail systems do; a further copy is counted. */
  keep({ message, messageId, recipients, raw }: Incoming): 'new' | 'copy' {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const kept = this.#database
        .prepare('INSERT INTO messages (id, message_id, shown, raw) VALUES (?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING')
        .run(message.id, messageId, JSON.stringify(message), raw)
      if (kept.changes === 0) this.#database.prepare('UPDATE messages SET copies = copies + 1 WHERE message_id = ?').run(messageId)
      else this.#addRecipients(kept.lastInsertRowid, recipients)
      this.#database.exec('COMMIT')
      return kept.changes === 0 ? 'copy' : 'new'
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** Newest first, each with how often it came. */
  list({ to, limit, before }: MessageFilter): { message: Message; copies: number }[] {
    const conditions: string[] = []
    const values: string[] = []
    if (to !== undefined) {
      conditions.push('seq IN (SELECT seq FROM recipients WHERE address = ?)')
      values.push(to.toLowerCase())
    }
    if (before !== undefined) {
      conditions.push('seq < (SELECT seq FROM messages WHERE id = ?)')
      values.push(before)
    }
    const where = conditions.length ? `WHERE ${conditions.join(' AND ')}` : ''
    const rows = this.#database
      .prepare(`SELECT shown, copies FROM messages ${where} ORDER BY seq DESC LIMIT ?`)
      .all(...values, limit ?? -1) as unknown[] as Shown[] // The columns that the statement names.
    return rows.map(({ shown, copies }) => ({ message: parseShown(shown), copies }))
  }

  /** How many copies of messages that were here already have come. */
  countDuplicates(to?: string): number {
    const row =
      to === undefined
        ? this.#database.prepare('SELECT COALESCE(SUM(copies - 1), 0) AS n FROM messages').get()
        : this.#database
            .prepare('SELECT COALESCE(SUM(copies - 1), 0) AS n FROM messages WHERE seq IN (SELECT seq FROM recipients WHERE address = ?)')
            .get(to.toLowerCase())
    return Number(row?.n ?? 0)
  }

  count(): number {
    return Number(this.#database.prepare('SELECT COUNT(*) AS n FROM messages').get()?.n ?? 0)
  }

  find(id: string): Message | null {
    const row = this.#database.prepare('SELECT shown FROM messages WHERE id = ?').get(id)
    return row ? parseShown(String(row.shown)) : null
  }

  findRaw(id: string): Buffer | null {
    const raw = this.#database.prepare('SELECT raw FROM messages WHERE id = ?').get(id)?.raw
    return raw instanceof Uint8Array ? Buffer.from(raw) : null
  }

  removeAll(): void {
    this.#database.exec('DELETE FROM messages')
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  #addRecipients(seq: number | bigint, recipients: string[]): void {
    const insert = this.#database.prepare('INSERT INTO recipients (address, seq) VALUES (?, ?) ON CONFLICT DO NOTHING')
    for (const address of recipients) insert.run(address.toLowerCase(), seq)
  }
}

/** What stands in the column was written by `keep`. */
const parseShown = (shown: string): Message => JSON.parse(shown) as Message
