import type { DeadLetterStatus } from '@skyhold/contracts'
import type { Database, Transaction } from '@skyhold/platform'
import { Op, type ModelStatic } from 'sequelize'
import { LETTER_TRANSITIONS, type KeptLetter } from '../domain/dead-letter.ts'
import { defineDeadLetter, type DeadLetterRow } from '../models/dead-letter.ts'

export class DeadLetterRepository {
  readonly #db: Database
  readonly #rows: ModelStatic<DeadLetterRow>

  constructor(db: Database) {
    this.#db = db
    this.#rows = defineDeadLetter(db.sequelize)
  }

  async add({ deadAtMs, replayedAtMs, ...same }: KeptLetter, tx: Transaction): Promise<void> {
    await this.#rows.create({ ...same, deadAt: deadAtMs, replayedAt: replayedAtMs }, { transaction: tx })
  }

  async find(id: string): Promise<KeptLetter | null> {
    const row = await this.#rows.findByPk(id)
    return row && toLetter(row)
  }

  /** The first statement of its transaction. */
  async lock(id: string, tx: Transaction): Promise<KeptLetter | null> {
    const row = await this.#rows.findByPk(id, { lock: tx.LOCK.UPDATE, transaction: tx })
    return row && toLetter(row)
  }

  /** Newest first, from behind the one given. */
  async list({
    status,
    limit,
    after,
  }: {
    status?: DeadLetterStatus
    limit: number
    after?: Pick<KeptLetter, 'id' | 'deadAtMs'>
  }): Promise<KeptLetter[]> {
    const rows = await this.#rows.findAll({
      where: {
        ...(status !== undefined && { status }),
        ...(after !== undefined && {
          [Op.or]: [{ deadAt: { [Op.lt]: after.deadAtMs } }, { deadAt: after.deadAtMs, id: { [Op.lt]: after.id } }],
        }),
      },
      order: [
        ['deadAt', 'DESC'],
        ['id', 'DESC'],
      ],
      limit,
    })
    return rows.map(toLetter)
  }

  /** How many wait for a person, by queue. */
  async countWaiting(): Promise<Map<string, number>> {
    const rows = await this.#db.rows<{ queue: string; letters: number }>(
      "SELECT queue, COUNT(*) AS letters FROM dead_letters WHERE status NOT IN ('replayed', 'dismissed') GROUP BY queue",
    )
    return new Map(rows.map(({ queue, letters }) => [queue, Number(letters)]))
  }

  /** Makes a letter the caller's to replay; 0 when it was replayed already or somebody is at it. */
  async claim(id: string, { nowMs, untilMs, by }: { nowMs: number; untilMs: number; by: string }, tx: Transaction): Promise<number> {
    const { from, to } = LETTER_TRANSITIONS.claim
    return this.#db.run(
      'UPDATE dead_letters SET status = :to, locked_until = :untilMs, replayed_by = :by WHERE id = :id AND status IN (:from) AND locked_until <= :nowMs',
      { id, to, from, nowMs, untilMs, by },
      tx,
    )
  }

  async giveBack(id: string): Promise<number> {
    const { from, to } = LETTER_TRANSITIONS.giveBack
    return this.#db.run('UPDATE dead_letters SET status = :to, locked_until = 0, replayed_by = NULL WHERE id = :id AND status IN (:from)', {
      id,
      to,
      from,
    })
  }

  /** 0 when it waits for nobody, or somebody is replaying it. */
  async dismiss(id: string, nowMs: number, tx: Transaction): Promise<number> {
    const { from, to } = LETTER_TRANSITIONS.dismiss
    return this.#db.run(
      'UPDATE dead_letters SET status = :to, locked_until = 0 WHERE id = :id AND status IN (:from) AND locked_until <= :nowMs',
      { id, to, from, nowMs },
      tx,
    )
  }

  async markReplayed(id: string, nowMs: number, tx: Transaction): Promise<number> {
    const { from, to } = LETTER_TRANSITIONS.replay
    return this.#db.run(
      'UPDATE dead_letters SET status = :to, locked_until = 0, replayed_at = :nowMs WHERE id = :id AND status IN (:from)',
      { id, to, from, nowMs },
      tx,
    )
  }
}

function toLetter(row: DeadLetterRow): KeptLetter {
  const { deadAt, replayedAt, ...same } = row.get({ plain: true })
  // The state is written by this class alone, from the types.
  return { ...same, status: same.status as DeadLetterStatus, deadAtMs: deadAt, replayedAtMs: replayedAt }
}
