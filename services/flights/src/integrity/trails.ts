import { type IntegrityCheck, trailsCheck, type TrailKind } from '@skyhold/platform'
import { FLIGHT_TRANSITIONS } from '../domain/status.ts'

/** Every flight begins as `scheduled`, and of that there is no row: one that has no trail is so still. */
export const TRAILS: readonly TrailKind[] = [
  { type: 'flight', table: 'flights', key: 'id', graph: FLIGHT_TRANSITIONS, unwrittenBeginnings: ['scheduled'] },
]

export const auditTrails: IntegrityCheck = trailsCheck({
  means: 'The audit trail of every flight is a path in its declared graph, from `scheduled` to its present status.',
  kinds: TRAILS,
})
