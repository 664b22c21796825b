import type { Role } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'

export class FirstAccountRepository {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async isSettled(role: Role): Promise<boolean> {
    return (await this.#db.rows('SELECT role FROM first_accounts WHERE role = :role', { role })).length > 0
  }

  /** 0 when another replica has settled it, for which this waits. Must be the first statement of its transaction. */
  settle(role: Role, { nowMs, tx }: { nowMs: number; tx: Transaction }): Promise<number> {
    const ifThere = this.#db.dialect === 'sqlite' ? 'ON CONFLICT (role) DO NOTHING' : 'ON DUPLICATE KEY UPDATE settled_at = settled_at'
    return this.#db.run(`INSERT INTO first_accounts (role, settled_at) VALUES (:role, :nowMs) ${ifThere}`, { role, nowMs }, tx)
  }
}
