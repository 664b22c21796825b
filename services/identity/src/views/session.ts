import type { Session } from '../domain/session.ts'
import type { SessionItem } from '@skyhold/contracts'

export const sessionView = (session: Session, { currentId }: { currentId: string }): SessionItem => ({
  id: session.id,
  createdAt: new Date(session.createdAtMs).toISOString(),
  lastUsedAt: new Date(session.lastUsedAtMs).toISOString(),
  expiresAt: new Date(session.expiresAtMs).toISOString(),
  userAgent: session.userAgent,
  address: session.address,
  current: session.id === currentId,
})
