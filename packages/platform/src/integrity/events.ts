import { type Finding, type IntegrityCheck, LISTED_MAX, type Look, SAMPLE_MAX } from './check.ts'
import { settledId } from './slices.ts'

/** Published events go after seven days (outbox-rows.ts); a day less, so that none is missed at the edge. */
const KEPT_MS = 6 * 24 * 3_600_000
/** A run that has more than this behind it, such as the first on a large database, looks at the newest alone. */
const WINDOW = 500_000
const KNOWN_MAX = 1_000

/** What a service announces of the changes in its table `audit`. */
export interface Announcements {
  means: string
  /** The `aggregate_type`s of the steps that may have an event. */
  aggregates: readonly string[]
  /** An expression over the step `a`: the type of the event that it makes, or NULL. The event has the step's time. */
  eventOfStep: string
  /** By the type of an event, a condition over steps `a` of its aggregate: those that explain it. */
  stepsOfEvent: Readonly<Record<string, string>>
}

/** I6: both are only ever added to, so each row needs to be looked at once, and again while it is broken. */
export const eventsCheck = (announcements: Announcements): IntegrityCheck => ({
  name: 'I6.events-and-audit',
  means: announcements.means,
  runbook: 'i6-events',
  async find(look) {
    const audit = await windowOf('audit', 'at', look)
    const outbox = await windowOf('outbox', 'occurred_at', look)
    const untold = await untoldSteps(look, audit.from, announcements)
    const unfounded = await unfoundedEvents(look, outbox.from, announcements)
    const found = [
      ...untold.map(({ id, type }) => `a change without its event: ${id} ${type}`),
      ...unfounded.map(({ id, type, eventId }) => `an event without its change: ${eventId} ${type} ${id}`),
    ]
    const finding: Finding = {
      violations: found.length,
      sample: found.slice(0, SAMPLE_MAX),
      memory: {
        audit: audit.settled,
        outbox: outbox.settled,
        untold: untold.slice(0, KNOWN_MAX).map(({ id }) => id),
        unfounded: unfounded.slice(0, KNOWN_MAX).map(({ id }) => id),
      },
    }
    return audit.isCut || outbox.isCut ? { ...finding, scope: `The newest ${WINDOW} rows of audit and outbox.` } : finding
  },
})

interface Window {
  from: number
  /** Where the next run begins. */
  settled: number
  /** There was more than a run looks at. */
  isCut: boolean
}

async function windowOf(table: 'audit' | 'outbox', time: string, look: Look): Promise<Window> {
  const [newest] = await look.rows<{ id: number | null }>(`SELECT MAX(id) AS id FROM ${table}`)
  const since = Number(look.memory?.[table] ?? 0)
  const from = Math.max(since, (newest?.id ?? 0) - WINDOW)
  return { from, settled: Math.max(await settledId(table, time, look), since), isCut: from > since }
}

async function untoldSteps(
  { rows, nowMs, memory }: Look,
  from: number,
  { aggregates, eventOfStep }: Announcements,
): Promise<{ id: string; type: string }[]> {
  const found: { id: string; type: string }[] = []
  for (const { where, values } of groupsOf('a', from, memory?.untold))
    found.push(
      ...(await rows<{ id: string; type: string }>(
        `SELECT e.id, e.type FROM
           (SELECT a.aggregate_id AS id, a.at, ${eventOfStep} AS type FROM audit a
            WHERE a.aggregate_type IN (:aggregates) AND a.at >= :keptMs AND ${where}) e
         LEFT JOIN outbox o ON o.aggregate_id = e.id AND o.type = e.type AND o.occurred_at = e.at
         WHERE e.type IS NOT NULL AND o.id IS NULL LIMIT ${LISTED_MAX}`,
        { keptMs: nowMs - KEPT_MS, aggregates, ...values },
      )),
    )
  return unique(found, ({ id, type }) => `${id} ${type}`)
}

async function unfoundedEvents(
  { rows, nowMs, memory }: Look,
  from: number,
  { stepsOfEvent }: Announcements,
): Promise<{ id: string; type: string; eventId: string }[]> {
  const types = Object.keys(stepsOfEvent)
  const explains = Object.entries(stepsOfEvent).map(([type, steps]) => `(o.type = '${type}' AND ${steps})`)
  const found: { id: string; type: string; eventId: string }[] = []
  for (const { where, values } of groupsOf('o', from, memory?.unfounded))
    found.push(
      ...(await rows<{ id: string; type: string; eventId: string }>(
        `SELECT o.aggregate_id AS id, o.type, o.event_id AS eventId FROM outbox o
         LEFT JOIN audit a ON a.aggregate_id = o.aggregate_id AND (${explains.join(' OR ')})
         WHERE o.type IN (:types) AND o.occurred_at >= :keptMs
           AND ${where} AND a.id IS NULL LIMIT ${LISTED_MAX}`,
        { keptMs: nowMs - KEPT_MS, types, ...values },
      )),
    )
  return unique(found, ({ eventId }) => eventId)
}

/** The rows since the last run, and those of the aggregates that were broken then. Two statements, because an OR of the two would read the whole table. */
function groupsOf(alias: string, from: number, broken: unknown): { where: string; values: Record<string, number | string[]> }[] {
  const ids = Array.isArray(broken) ? broken.map(String) : []
  return [
    { where: `${alias}.id > :from`, values: { from } },
    ...(ids.length > 0 ? [{ where: `${alias}.aggregate_id IN (:ids)`, values: { ids } }] : []),
  ]
}

const unique = <T>(rows: readonly T[], keyOf: (row: T) => string): T[] => [...new Map(rows.map((row) => [keyOf(row), row])).values()]
