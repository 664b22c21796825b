import type { Database } from '@skyhold/platform'
import type { Call } from './customer.ts'

type Answered = { sentAtMs: number; atMs: number; status: number; code: string | null; body: Record<string, unknown>; hasEnd: boolean }

const answersOf = ({ replies }: Call): Answered[] =>
  replies.flatMap(({ sentAtMs, atMs, reply }) => (reply && reply.status !== 500 ? [{ sentAtMs, atMs, ...reply }] : []))

/** An answer that stands for good: what was made, or a refusal that is stored. Refusals that are thrown may turn out otherwise next time. */
const isFinal = ({ hasEnd, status }: Answered) => hasEnd && (status < 300 || status === 402 || status === 409 || status === 422)

/** I5 and I11: one effect and one final answer a key, and what was acknowledged is there. */
export async function brokenPromises(db: Database, calls: readonly Call[]): Promise<string[]> {
  return [...calls.flatMap(changedAnswers), ...(await lostAnswers(db, calls)), ...(await repeatedEffects(db))]
}

function changedAnswers(call: Call): string[] {
  const answers = answersOf(call)
  const final = answers.filter(isFinal)
  const name = `${call.what} ${call.about} of ${call.key.scope} (key ${call.key.idemKey.slice(0, 6)})`
  const [first] = final
  if (!first) return []
  const broken: string[] = []
  for (const other of final)
    if (JSON.stringify(other.body) !== JSON.stringify(first.body) || other.status !== first.status)
      broken.push(
        `I5: ${name} was answered ${first.status} and then ${other.status}: ${JSON.stringify(first.body)} | ${JSON.stringify(other.body)}`,
      )
  for (const later of answers)
    if (!isFinal(later) && later.sentAtMs > first.atMs && later.status !== 503 && later.code !== 'request_in_progress')
      broken.push(`I5: ${name} was answered ${first.status} for good, and later ${later.status} ${later.code ?? ''}`)
  return broken
}

const MADE: Readonly<Record<string, { table: string; states: readonly string[] | null }>> = {
  hold: { table: 'holds', states: null },
  book: { table: 'bookings', states: null },
  pay: { table: 'payments', states: ['captured', 'partially_refunded', 'refunded'] },
  quote: { table: 'cancellations', states: null },
  cancel: { table: 'bookings', states: ['cancellation_pending', 'cancelled'] },
}

async function lostAnswers(db: Database, calls: readonly Call[]): Promise<string[]> {
  const broken: string[] = []
  for (const call of calls) {
    const made = MADE[call.what]
    for (const { status, body } of answersOf(call)) {
      if (!made || (status !== 200 && status !== 201) || typeof body.id !== 'string') continue
      const [row] = await db.rows<{ status: string }>(`SELECT status FROM ${made.table} WHERE id = :id`, { id: body.id })
      if (!row) broken.push(`I11: ${call.what} was acknowledged as ${body.id}, which is not there`)
      else if (made.states && !made.states.includes(row.status))
        broken.push(`I11: ${call.what} was acknowledged, and ${body.id} is ${row.status}`)
    }
  }
  return broken
}

async function repeatedEffects(db: Database): Promise<string[]> {
  const rows = await db.rows<{ what: string }>(
    `SELECT 'hold ' || h.id AS what FROM holds h
       WHERE (SELECT COUNT(*) FROM idempotency_keys k WHERE k.resource_id = h.id) <> 1
         AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.aggregate_id = h.id AND a.from_status IS NULL AND a.note = 'late money')
     UNION ALL SELECT 'payments of ' || key_scope || ' ' || idem_key FROM payments GROUP BY key_scope, idem_key HAVING COUNT(*) > 1
     UNION ALL SELECT 'booking ' || b.id FROM bookings b
       WHERE (SELECT COUNT(*) FROM idempotency_keys k WHERE k.response_status = 201 AND k.response_body LIKE '{"id":"' || b.id || '"%') <> 1`,
  )
  return rows.map(({ what }) => `I5: ${what} has not exactly one key behind it`)
}
