import type { ProviderEvent } from '@skyhold/contracts'
import { namesIn } from '../domain/provider-event.ts'
import type { ProviderEventRow } from '../repositories/provider-events.ts'

export const providerEventView = ({ id, type, state, note, payload, receivedAtMs }: ProviderEventRow): ProviderEvent => ({
  id,
  type,
  status: state,
  note,
  receivedAt: new Date(receivedAtMs).toISOString(),
  ...namesIn(payload),
})
