import { Type, type Static } from 'typebox'

export const INTEGRITY_STATUSES = ['ok', 'violated', 'unknown'] as const
export type IntegrityStatus = (typeof INTEGRITY_STATUSES)[number]

/** What a check of a service found when it last looked. */
export const IntegrityEntry = Type.Object(
  {
    service: Type.String(),
    name: Type.String({ description: 'The invariant and what of it is looked at, such as I1.claims-and-tickets' }),
    means: Type.String({ description: 'What must be true, in a sentence' }),
    status: Type.Enum(INTEGRITY_STATUSES),
    checkedAt: Type.Union([Type.String(), Type.Null()], { description: 'null = it has never looked' }),
    violations: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'null = unknown: the check could not look, or the service is away',
    }),
    sample: Type.Array(Type.String(), { description: 'The first ten violations, or why it could not look' }),
    scope: Type.Union([Type.String(), Type.Null()], { description: 'How much was looked at, where it was not everything' }),
    tookMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    runbook: Type.String({ description: 'Where to read what to do' }),
  },
  { additionalProperties: false },
)
export type IntegrityEntry = Static<typeof IntegrityEntry>

/** `checkedAt` is the oldest of its entries': the report is as fresh as what is stalest in it; null when something has never been looked at. */
export const IntegrityReport = Type.Object(
  { checkedAt: Type.Union([Type.String(), Type.Null()]), checks: Type.Array(IntegrityEntry) },
  { additionalProperties: false },
)
export type IntegrityReport = Static<typeof IntegrityReport>

export function integrityReport(checks: IntegrityEntry[]): IntegrityReport {
  const times = checks.map(({ checkedAt }) => (checkedAt === null ? Number.NaN : Date.parse(checkedAt)))
  const oldestMs = Math.min(...times) // NaN when one of them is.
  return { checkedAt: Number.isFinite(oldestMs) ? new Date(oldestMs).toISOString() : null, checks }
}
