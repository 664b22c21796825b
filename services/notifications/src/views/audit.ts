import type { AuditItem } from '@skyhold/contracts'
import type { AuditRecord } from '../repositories/audit.ts'

export const auditView = ({ id, atMs, ...rest }: AuditRecord): AuditItem => ({
  id: `aud_${id}`,
  at: new Date(atMs).toISOString(),
  ...rest,
})
