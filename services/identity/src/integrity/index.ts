import { type IntegrityCheck, outboxCheck } from '@skyhold/platform'
import { eventsAndState } from './events.ts'

export const identityChecks: readonly IntegrityCheck[] = [outboxCheck, eventsAndState]
