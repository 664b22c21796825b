import type { EventEnvelope } from '@skyhold/contracts'
import { type Static, Type } from 'typebox'
import type { Database } from '../database/index.ts'
import type { App } from '../http/context.ts'
import type { PlaceName } from '../places.ts'

/** Ids are given before the commit: a lower one may appear so much later. */
const SETTLED_MS = 120_000
export const PUBLISHED_LIMIT_MAX = 500

/** An event that the broker has confirmed, as far as its consumers need it to know whether they have applied it. */
export const PublishedEvent = Type.Object({
  eventId: Type.String(),
  type: Type.String(),
  aggregateId: Type.String(),
  sequence: Type.Integer(),
  publishedAtMs: Type.Integer(),
})
export type PublishedEvent = Static<typeof PublishedEvent>

export const PublishedQuery = Type.Object({
  after: Type.Integer({ minimum: 0 }),
  types: Type.String({ description: 'Separated by commas' }),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PUBLISHED_LIMIT_MAX })),
})

export const PublishedPage = Type.Object({
  data: Type.Array(PublishedEvent),
  /** What to send as the next `after`. */
  next: Type.Integer(),
  isEnd: Type.Boolean(),
  /** The highest there is; below an `after` that was given, this outbox is an older one. */
  newest: Type.Integer(),
})
export type PublishedPage = Static<typeof PublishedPage>

/** For the consumers, which compare what was said with what they have heard. Never through the gateway. */
export function servePublishedEvents(http: App, db: Database, { readers }: { readers: readonly PlaceName[] }): void {
  http.get(
    '/internal/events',
    { config: { access: 'internal', callers: readers }, schema: { querystring: PublishedQuery, response: { 200: PublishedPage } } },
    ({ query: { after, types, limit = PUBLISHED_LIMIT_MAX } }) => listPublished(db, { after, types: types.split(','), limit }),
  )
}

/** The published events behind `after`, in the order of their ids, up to the first that still waits for the broker or is so young that one of a lower id may follow. */
export async function listPublished(
  db: Database,
  { after, types, limit }: { after: number; types: readonly string[]; limit: number },
): Promise<PublishedPage> {
  const newest = await idOf(db, 'SELECT MAX(id) AS id FROM outbox')
  const settled = await idOf(db, 'SELECT id FROM outbox WHERE occurred_at <= :settledMs ORDER BY id DESC LIMIT 1', {
    settledMs: (await db.now()) - SETTLED_MS,
  })
  const waiting = await idOf(db, `SELECT MIN(id) AS id FROM outbox WHERE state = 'pending'`)
  const last = Math.max(after, waiting === 0 ? settled : Math.min(settled, waiting - 1))
  const rows = await db.rows<{ id: number; type: string; payload: string; publishedAtMs: number }>(
    `SELECT id, type, payload, published_at AS publishedAtMs FROM outbox
     WHERE id > :after AND id <= :last AND state = 'published' AND type IN (:types) ORDER BY id LIMIT :limit`,
    { after, last, types, limit },
  )
  const isEnd = rows.length < limit
  return { data: rows.map(toEvent), next: isEnd ? last : (rows.at(-1)?.id ?? last), isEnd, newest }
}

async function idOf(db: Database, sql: string, values: Record<string, number> = {}): Promise<number> {
  const [row] = await db.rows<{ id: number | null }>(sql, values)
  return row?.id ?? 0
}

function toEvent({ type, payload, publishedAtMs }: { type: string; payload: string; publishedAtMs: number }): PublishedEvent {
  const { eventId, aggregate } = JSON.parse(payload) as EventEnvelope // Written by the outbox alone.
  return { eventId, type, aggregateId: aggregate.id, sequence: aggregate.sequence, publishedAtMs }
}
