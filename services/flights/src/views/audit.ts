import type { AuditItem } from '@skyhold/contracts'
import type { AuditRecord } from '../repositories/flight-audit.ts'

export const auditView = ({ id, flightId, atMs, ...rest }: AuditRecord): AuditItem => ({
  id: `aud_${id}`,
  at: new Date(atMs).toISOString(),
  subject: { type: 'flight', id: flightId },
  ...rest,
})
