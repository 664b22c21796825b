import type { ScheduleRecord } from '../domain/schedule.ts'

export const scheduleView = (schedule: ScheduleRecord) => ({
  id: schedule.id,
  number: `${schedule.carrierCode} ${schedule.flightNumber}`,
  carrier: schedule.carrierCode,
  from: schedule.origin,
  to: schedule.destination,
  daysOfWeek: schedule.daysOfWeek.split('').map(Number),
  departsLocal: schedule.departsLocal,
  blockMinutes: schedule.blockMinutes,
  aircraft: schedule.aircraftCode,
  effectiveFrom: schedule.effectiveFrom,
  effectiveTo: schedule.effectiveTo,
  fares: schedule.fares,
  surcharges: schedule.surcharges,
})
