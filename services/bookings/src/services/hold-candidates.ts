import { Refusal } from '@skyhold/platform'
import type { HoldRequest, PlannedFlight } from '../domain/hold-request.ts'
import { type Answer, isFinal } from '../domain/idempotency.ts'
import type { HoldRow } from '../repositories/holds.ts'
import { holdView } from '../views/hold.ts'
import type { Settled } from './group-commit.ts'

/** A request on its way through the transaction. Once it has an end it takes no further part. */
export interface Candidate {
  request: HoldRequest
  end: Settled<Answer> | null
  /** Judged by the claims and this group's winners, and no longer only by what it asks for. */
  isJudged: boolean
  planned: PlannedFlight[]
  hold: HoldRow | null
  /** The same request under the same key, earlier in the group. */
  first: Candidate | null
}

export const candidateOf = (request: HoldRequest): Candidate => ({
  request,
  end: null,
  isJudged: false,
  planned: [],
  hold: null,
  first: null,
})

export const open = (group: readonly Candidate[]) => group.filter(({ end }) => end === null)

/** Of equal keys the first goes; the others are put off. */
export function putOffEqualKeys(group: readonly Candidate[]): void {
  const firsts = new Map<string, Candidate>()
  for (const candidate of group) {
    const { scope, idemKey, fingerprint } = candidate.request.key
    const first = firsts.get(`${scope} ${idemKey}`)
    if (!first) {
      firsts.set(`${scope} ${idemKey}`, candidate)
      continue
    }
    candidate.end = { kind: 'again' }
    if (first.request.key.fingerprint === fingerprint) candidate.first = first
  }
}

export const ends = (group: readonly Candidate[]): Settled<Answer>[] => group.map(endOf)

function endOf({ end, hold, first }: Candidate): Settled<Answer> {
  // What is stored under a key is found there by who comes again. What is not would be asked again by each of them, one group after the other.
  if (first?.end?.kind === 'refused' && !isFinal(first.end.refusal)) return first.end
  if (end) return end
  if (!hold) throw new Error('a hold request has neither a hold nor an end')
  return { kind: 'done', value: { status: 201, body: { ...holdView(hold, { nowMs: hold.createdAtMs }) }, isReplayed: false } }
}

export function refuseOn(candidate: Candidate, step: () => unknown): void {
  try {
    step()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    candidate.end = { kind: 'refused', refusal: error }
  }
}
