import { callerOf, type PageQuery } from '@skyhold/platform'
import type { FastifyRequest } from 'fastify'
import type { ScheduleRepository } from '../repositories/schedule.ts'
import { pageInMemory } from '../services/pages.ts'
import type { ReferenceBook } from '../services/reference-book.ts'
import { listSchedules } from '../services/schedule-list.ts'
import { aircraftView } from '../views/aircraft.ts'
import { scheduleView } from '../views/schedule.ts'

export interface ReferenceDeps {
  reference: ReferenceBook
  schedules: ScheduleRepository
  cursorSecret: string
}

export class ReferenceController {
  readonly #deps: ReferenceDeps

  constructor(deps: ReferenceDeps) {
    this.#deps = deps
  }

  listAirports({ q = '', ...page }: PageQuery & { q?: string }) {
    return pageInMemory(this.#deps.reference.searchAirports(q), page, { secret: this.#deps.cursorSecret, list: `airports ${q}` })
  }

  listAircraft(page: PageQuery) {
    const { data, nextCursor } = pageInMemory(this.#deps.reference.listAircraft(), page, {
      secret: this.#deps.cursorSecret,
      list: 'aircraft',
    })
    return { data: data.map(aircraftView), nextCursor }
  }

  async listSchedules(page: PageQuery, request: FastifyRequest) {
    const { data, nextCursor } = await listSchedules(page, { ...this.#deps, operatorId: callerOf(request).operatorId })
    return { data: data.map(scheduleView), nextCursor }
  }
}
