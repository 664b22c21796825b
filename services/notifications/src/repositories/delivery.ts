import type { EventEnvelope, NotificationStatus, NotificationTemplate } from '@skyhold/contracts'
import { type Database, type Transaction, unindexed } from '@skyhold/platform'
import { Op, type ModelStatic } from 'sequelize'
import { TRANSITIONS, type MailDelivery } from '../domain/delivery.ts'
import { defineDelivery, type DeliveryRow } from '../models/delivery.ts'

export interface DeliveryFilter {
  operatorId: string
  /** Left out for staff, who see everybody's. */
  ownerId?: string
  bookingId?: string
}

export class DeliveryRepository {
  readonly #db: Database
  readonly #rows: ModelStatic<DeliveryRow>

  constructor(db: Database) {
    this.#db = db
    this.#rows = defineDelivery(db.sequelize)
  }

  async add(delivery: MailDelivery, tx: Transaction): Promise<void> {
    const { event, queuedAtMs, dueAtMs, sentAtMs, ...same } = delivery
    const row = { ...same, payload: JSON.stringify(event), queuedAt: queuedAtMs, dueAt: dueAtMs, sentAt: sentAtMs, lockedBy: null }
    await this.#rows.create(row, { transaction: tx })
  }

  async find(id: string, { operatorId, ownerId }: DeliveryFilter): Promise<MailDelivery | null> {
    const row = await this.#rows.findOne({ where: { id, operatorId, ...(ownerId !== undefined && { ownerId }) } })
    return row && toDelivery(row)
  }

  /** Newest first, from below `beforeId`. */
  async list(
    { operatorId, ownerId, bookingId }: DeliveryFilter,
    { limit, beforeId }: { limit: number; beforeId?: string },
  ): Promise<MailDelivery[]> {
    const rows = await this.#rows.findAll({
      where: {
        operatorId,
        ...(ownerId !== undefined && { ownerId }),
        ...(bookingId !== undefined && { bookingId }),
        ...(beforeId !== undefined && { id: { [Op.lt]: beforeId } }),
      },
      order: [['id', 'DESC']],
      limit,
    })
    return rows.map(toDelivery)
  }

  /** The e-mail of a fact with all its copies, locked, in their order. The first statement of its transaction. */
  async lockCopies(
    { eventId, template, toAddress }: Pick<MailDelivery, 'eventId' | 'template' | 'toAddress'>,
    tx: Transaction,
  ): Promise<MailDelivery[]> {
    const rows = await this.#rows.findAll({
      where: { eventId, template, toAddress },
      order: ['copy'],
      lock: tx.LOCK.UPDATE,
      transaction: tx,
    })
    return rows.map(toDelivery)
  }

  /**
   * What may be sent now, the longest waiting first: queued, or with a sender that is taken for dead. E-mails of one booking go one after the other,
   * so that an older one that is on its way cannot come after the newer one that contradicts it.
   */
  async listDueIds({ nowMs, limit }: { nowMs: number; limit: number }): Promise<string[]> {
    const rows = await this.#db.rows<{ id: string }>(
      `SELECT d.id FROM deliveries d WHERE d.status IN (:from) AND d.due_at <= :nowMs AND NOT EXISTS
         (SELECT 1 FROM deliveries o WHERE o.booking_id = d.booking_id AND o.id <> d.id AND o.status = 'sending' AND o.due_at > :nowMs)
       ORDER BY d.due_at, d.id LIMIT :limit`,
      { from: TRANSITIONS.claim.from, nowMs, limit },
    )
    return rows.map(({ id }) => id)
  }

  /** Marks the due ones as being sent, counts the attempt and gives back those that are now ours: a rival may have been faster with some. */
  async claim(
    ids: readonly string[],
    { lock, nowMs, untilMs }: { lock: string; nowMs: number; untilMs: number },
    tx: Transaction,
  ): Promise<MailDelivery[]> {
    const sorted = ids.toSorted() // Rivals lock the rows in one order.
    const { from, to } = TRANSITIONS.claim
    await this.#db.run(
      `UPDATE deliveries SET status = :to, locked_by = :lock, due_at = :untilMs, attempts = attempts + 1
       WHERE id IN (:ids) AND ${unindexed('status')} IN (:from) AND due_at <= :nowMs`,
      { ids: sorted, to, from, lock, untilMs, nowMs },
      tx,
    )
    const rows = await this.#rows.findAll({ where: { id: { [Op.in]: sorted }, lockedBy: lock }, transaction: tx })
    return rows.map(toDelivery)
  }

  /** Whether a newer fact of the booking is known that one of these templates tells. */
  async hasNewer(
    { bookingId, sequence }: Pick<MailDelivery, 'bookingId' | 'sequence'>,
    templates: readonly NotificationTemplate[],
    tx?: Transaction,
  ): Promise<boolean> {
    if (bookingId === null || templates.length === 0) return false
    const found = await this.#db.rows(
      'SELECT id FROM deliveries WHERE booking_id = :bookingId AND sequence > :sequence AND template IN (:templates) LIMIT 1',
      { bookingId, sequence, templates },
      tx,
    )
    return found.length > 0
  }

  /** 0 when the try was taken for dead meanwhile and another one has the delivery. So with the three below. */
  async markSent(id: string, { lock, nowMs }: { lock: string; nowMs: number }): Promise<number> {
    const { from, to } = TRANSITIONS.send
    return this.#db.run(
      'UPDATE deliveries SET status = :to, sent_at = :nowMs, locked_by = NULL, last_error = NULL WHERE id = :id AND locked_by = :lock AND status IN (:from)',
      { id, to, from, lock, nowMs },
    )
  }

  async postpone(id: string, { lock, dueAtMs, error }: { lock: string; dueAtMs: number; error: string }): Promise<number> {
    const { from, to } = TRANSITIONS.postpone
    return this.#db.run(
      'UPDATE deliveries SET status = :to, due_at = :dueAtMs, locked_by = NULL, last_error = :error WHERE id = :id AND locked_by = :lock AND status IN (:from)',
      { id, to, from, lock, dueAtMs, error },
    )
  }

  async fail(id: string, { lock, error }: { lock: string; error: string }): Promise<number> {
    const { from, to } = TRANSITIONS.fail
    return this.#db.run(
      'UPDATE deliveries SET status = :to, locked_by = NULL, last_error = :error WHERE id = :id AND locked_by = :lock AND status IN (:from)',
      { id, to, from, lock, error },
    )
  }

  async supersede(id: string, { lock }: { lock: string }): Promise<number> {
    const { from, to } = TRANSITIONS.supersede
    return this.#db.run('UPDATE deliveries SET status = :to, locked_by = NULL WHERE id = :id AND locked_by = :lock AND status IN (:from)', {
      id,
      to,
      from,
      lock,
    })
  }

  /** Gives one that was given up a new day of tries. */
  async requeue(id: string, nowMs: number, tx: Transaction): Promise<number> {
    const { from, to } = TRANSITIONS.requeue
    return this.#db.run(
      'UPDATE deliveries SET status = :to, queued_at = :nowMs, due_at = :nowMs, last_error = NULL WHERE id = :id AND status IN (:from)',
      { id, to, from, nowMs },
      tx,
    )
  }
}

function toDelivery(row: DeliveryRow): MailDelivery {
  const { payload, queuedAt, dueAt, sentAt, lockedBy: _, ...same } = row.get({ plain: true })
  return {
    ...same,
    // Written by `add` alone, from the types.
    template: same.template as NotificationTemplate,
    status: same.status as NotificationStatus,
    event: JSON.parse(payload) as EventEnvelope,
    queuedAtMs: queuedAt,
    dueAtMs: dueAt,
    sentAtMs: sentAt,
  }
}
