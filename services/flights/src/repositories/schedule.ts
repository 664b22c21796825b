import type { Transaction } from '@skyhold/platform'
import { Op } from 'sequelize'
import type { ScheduleRecord } from '../domain/schedule.ts'
import type { Models } from '../models/index.ts'
import type { ScheduleModel } from '../models/schedule.ts'

export class ScheduleRepository {
  readonly #Schedule: Models['Schedule']

  constructor({ Schedule }: Models) {
    this.#Schedule = Schedule
  }

  /** The whole timetable: an entry a flight number, so some thousands for a large operator. */
  async listAll(): Promise<ScheduleRecord[]> {
    return (await this.#Schedule.findAll({ raw: true })).map(recordOf)
  }

  /** A page in the order of ids, after the one given. */
  async listPage({ operatorId, afterId, limit }: { operatorId: string; afterId: string; limit: number }): Promise<ScheduleRecord[]> {
    const rows = await this.#Schedule.findAll({ where: { operatorId, id: { [Op.gt]: afterId } }, order: [['id', 'ASC']], limit, raw: true })
    return rows.map(recordOf)
  }

  async addMissing(schedules: readonly ScheduleRecord[], tx: Transaction): Promise<void> {
    const known = new Set((await this.#Schedule.findAll({ attributes: ['id'], raw: true, transaction: tx })).map((row) => row.id))
    await this.#Schedule.bulkCreate(
      schedules
        .filter(({ id }) => !known.has(id))
        .map((record) => ({ ...record, fares: JSON.stringify(record.fares), surcharges: JSON.stringify(record.surcharges) })),
      { transaction: tx },
    )
  }
}

const recordOf = (row: ScheduleModel): ScheduleRecord => ({ ...row, fares: JSON.parse(row.fares), surcharges: JSON.parse(row.surcharges) })
