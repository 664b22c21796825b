import type { Database } from '../database/index.ts'
import type { CheckMemory, Finding } from './check.ts'

export interface StoredResult {
  name: string
  checkedAtMs: number
  /** null: it could not look, and `sample` says why. */
  violations: number | null
  sample: string[]
  scope: string | null
  tookMs: number
  memory: CheckMemory | null
}

interface ResultRow extends Omit<StoredResult, 'sample' | 'memory'> {
  sample: string
  memory: string | null
}

/** The newest result of each check; a new one takes the place of the one before. */
export class IntegrityResults {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async list(): Promise<StoredResult[]> {
    const rows = await this.#db.rows<ResultRow>(
      'SELECT name, checked_at AS checkedAtMs, violations, sample, scope, took_ms AS tookMs, memory FROM integrity_results ORDER BY name',
    )
    return rows.map((row) => ({
      ...row,
      sample: JSON.parse(row.sample) as string[], // Written by `store` alone.
      memory: row.memory === null ? null : (JSON.parse(row.memory) as CheckMemory),
    }))
  }

  /** A check that could not look keeps its memory: it goes on from there. */
  async store(
    name: string,
    result: Omit<Finding, 'violations'> & { violations: number | null; checkedAtMs: number; tookMs: number },
  ): Promise<void> {
    const { checkedAtMs, violations, sample, scope, tookMs, memory } = result
    const row = [name, checkedAtMs, violations, JSON.stringify(sample), scope ?? null, tookMs, memory ? JSON.stringify(memory) : null]
    const columns = ['checked_at', 'violations', 'sample', 'scope', 'took_ms']
    const onRepeat =
      this.#db.dialect === 'sqlite'
        ? `ON CONFLICT (name) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}, memory = COALESCE(excluded.memory, memory)`
        : `ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}, memory = COALESCE(VALUES(memory), memory)`
    await this.#db.run(
      `INSERT INTO integrity_results (name, checked_at, violations, sample, scope, took_ms, memory) VALUES :rows ${onRepeat}`,
      { rows: [row] },
    )
  }
}
