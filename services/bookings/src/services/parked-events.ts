import { type AuditItem, PAGE_LIMIT_DEFAULT, type ProviderEvent, type ProviderEventStatus } from '@skyhold/contracts'
import { createCursors, type Cursors, type Page, pageOf, type PageQuery, Refusal, type Transaction } from '@skyhold/platform'
import { signedEventIn } from '../clients/provider-event.ts'
import type { ProviderEventRow } from '../repositories/provider-events.ts'
import { auditView } from '../views/audit.ts'
import { providerEventView } from '../views/provider-event.ts'
import type { Parts } from './parts.ts'
import { takeIn } from './take-provider-event.ts'

export interface ProviderEventAct {
  id: string
  /** A user's id. */
  actor: string
  requestId: string
}

/** What waits for a person: the parked ones, and those whose taking in was cut off and that nobody sends again. */
const REPLAYABLE: readonly ProviderEventStatus[] = ['parked', 'received']
/** As long as the trail's ids are; the provider's are shorter. */
const TRAIL_ID_MAX = 48
const trailOf = (id: string): string => id.slice(0, TRAIL_ID_MAX)

/** The provider's events of one status, newest first. */
export async function listProviderEvents(
  { status = 'parked', limit = PAGE_LIMIT_DEFAULT, cursor }: PageQuery & { status?: ProviderEventStatus },
  { providerEvents }: Pick<Parts, 'providerEvents'>,
  cursors: Cursors,
): Promise<Page<ProviderEvent>> {
  const [receivedAtMs, id] = cursor === undefined ? [] : cursors.decode(cursor)
  const after = cursor === undefined ? {} : { after: { receivedAtMs: Number(receivedAtMs), id: String(id) } }
  const found = await providerEvents.list({ state: status, limit: limit + 1, ...after })
  const page = pageOf(found, limit, (last) => cursors.encode([last.receivedAtMs, last.id]))
  return { data: page.data.map(providerEventView), nextCursor: page.nextCursor }
}

/**
 * Takes an event in again, because what it was about may be there by now. What it changes it changes once; what makes no sense still is parked again.
 * Refusals: `not_found`, `invalid_transition` when it does not wait for anybody.
 */
export async function replayProviderEvent({ id, actor, requestId }: ProviderEventAct, parts: Parts): Promise<ProviderEvent> {
  const found = await get(id, parts)
  assertWaiting(found, REPLAYABLE)
  const signed = signedEventIn(found.payload)
  if (!signed) throw new Error(`provider event ${id} was kept and is none`)
  const taken = await takeIn(signed, requestId, parts)
  return parts.db.transaction(async (tx) => {
    const event = await lock(id, parts, tx)
    // A dismissal that came in between does not undo what has been applied.
    assertWaiting(event, [...REPLAYABLE, 'dismissed'])
    if (event.state === 'dismissed' && taken.state !== 'applied') return providerEventView(event)
    return settle({ event, to: taken.state, note: taken.note, actor, requestId }, parts, tx)
  })
}

/** A person has seen to it, by other means: it does not count any more. Refusals: `not_found`, `invalid_transition` when it is not parked. */
export async function dismissProviderEvent(
  { id, reason, actor, requestId }: ProviderEventAct & { reason: string },
  parts: Parts,
): Promise<ProviderEvent> {
  return parts.db.transaction(async (tx) => {
    const event = await lock(id, parts, tx)
    assertWaiting(event, ['parked'])
    return settle({ event, to: 'dismissed', note: event.note, reason, actor, requestId }, parts, tx)
  })
}

/** Who of the staff did what about an event, newest first. Refusal: `not_found`. */
export async function listProviderEventAudit(
  { id, limit = PAGE_LIMIT_DEFAULT, cursor }: PageQuery & { id: string },
  parts: Pick<Parts, 'audit' | 'providerEvents'>,
  secret: string,
): Promise<Page<AuditItem>> {
  await get(id, parts)
  const cursors = createCursors(secret, `audit of provider event ${id}`)
  const beforeId = cursor === undefined ? undefined : Number(cursors.decode(cursor)[0])
  const found = await parts.audit.listOfProviderEvent(trailOf(id), { beforeId, limit: limit + 1 })
  const page = pageOf(found, limit, (last) => cursors.encode([last.id]))
  return { data: page.data.map(auditView), nextCursor: page.nextCursor }
}

interface Settle {
  event: ProviderEventRow
  to: Exclude<ProviderEventStatus, 'received'>
  /** What is said with the event from now on. */
  note: string
  /** For the audit, where it is another word. */
  reason?: string
  actor: string
  requestId: string
}

async function settle(
  { event, to, note, reason = note, actor, requestId }: Settle,
  { providerEvents, audit, db }: Parts,
  tx: Transaction,
): Promise<ProviderEvent> {
  const settled = await providerEvents.settle(event.id, { from: [event.state], state: to, note }, tx)
  // Parked once more with the same note, its row is as it was, and a server counts it for none.
  if (settled !== 1 && to !== event.state) throw new Error(`provider event ${event.id} changed under its lock`)
  const atMs = await db.now(tx)
  await audit.append(
    [
      {
        aggregateType: 'provider_event',
        aggregateId: trailOf(event.id),
        from: event.state,
        to,
        atMs,
        actor,
        requestId,
        note: reason,
      },
    ],
    tx,
  )
  return providerEventView({ ...event, state: to, note })
}

async function get(id: string, { providerEvents }: Pick<Parts, 'providerEvents'>): Promise<ProviderEventRow> {
  const event = await providerEvents.find(id)
  if (!event) throw new Refusal('not_found', { detail: 'There is no such event of the provider.' })
  return event
}

async function lock(id: string, { providerEvents }: Parts, tx: Transaction): Promise<ProviderEventRow> {
  const event = await providerEvents.lock(id, tx)
  if (!event) throw new Refusal('not_found', { detail: 'There is no such event of the provider.' })
  return event
}

function assertWaiting({ state }: ProviderEventRow, states: readonly ProviderEventStatus[]): void {
  if (!states.includes(state)) throw new Refusal('invalid_transition', { detail: `The event is ${state}; it does not wait for anybody.` })
}
