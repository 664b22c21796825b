import { eventsCheck, type IntegrityCheck } from '@skyhold/platform'

/** Of an act that is done in several steps at one time, as a departure with its boarding, the others are told once. */
const EVENT_OF_STEP = `CASE
  WHEN a.before_json IS NULL AND a.after_json IS NOT NULL THEN 'flight.scheduled'
  WHEN a.to_status = 'cancelled' AND a.from_status <> a.to_status THEN 'flight.cancelled'
  ELSE 'flight.changed' END`

/** `flight.scheduled` is not among them: a flight of the timetable begins without a row in the audit. */
export const STEPS_OF_EVENT = {
  'flight.changed': `a.at = o.occurred_at AND a.to_status <> 'cancelled'`,
  'flight.cancelled': `a.at = o.occurred_at AND a.to_status = 'cancelled' AND a.from_status <> a.to_status`,
} as const

export const eventsAndAudit: IntegrityCheck = eventsCheck({
  means: 'Every committed act on a flight has its event, and every event of a changed or cancelled flight its act.',
  aggregates: ['flight', 'note'],
  eventOfStep: EVENT_OF_STEP,
  stepsOfEvent: STEPS_OF_EVENT,
})
