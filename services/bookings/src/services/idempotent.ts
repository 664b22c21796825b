import { setTimeout as sleep } from 'node:timers/promises'
import { CommitUnknown, type Database, errorKind, newId, problemOf, Refusal, type Transaction } from '@skyhold/platform'
import { type Answer, assertSameRequest, type IdempotencyKey, isFinal, replayOf } from '../domain/idempotency.ts'
import type { IdempotencyKeys } from '../repositories/idempotency-keys.ts'

export interface IdempotentParts {
  db: Database
  keys: IdempotencyKeys
}

export interface IdempotentRequest {
  key: IdempotencyKey
  path: string
  requestId: string
}

/** What the work of one transaction comes to: the status and body that are stored and answered. */
export type Outcome = Pick<Answer, 'status' | 'body'>

const TRIES_MAX = 4

/**
 * Runs a use case of one transaction under its key: the key's row, the effect and the stored answer are committed together or not at all.
 * The row is inserted first, so that an equal request on any replica waits for this transaction and then finds its answer.
 */
export async function idempotently(
  parts: IdempotentParts,
  request: IdempotentRequest,
  work: (tx: Transaction) => Promise<Outcome>,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await parts.db.transaction((tx) => underKey(parts, request, tx, work), { onLockTimeout: 'throw' })
    } catch (error) {
      if (error instanceof Refusal && isFinal(error)) return storeRefusal(parts, request, error)
      if (errorKind(error) === 'lock_timeout') throw new Refusal('request_in_progress', { retryAfterSeconds: 1 })
      // It may have been committed or not: the key tells, and the repeat is answered from it.
      if (!(error instanceof CommitUnknown) || tries === TRIES_MAX) throw error
      await sleep(50 * tries)
    }
  }
}

async function underKey(
  { keys, db }: IdempotentParts,
  { key }: IdempotentRequest,
  tx: Transaction,
  work: (tx: Transaction) => Promise<Outcome>,
): Promise<Answer> {
  const owner = newId('event')
  const createdAtMs = await db.now(tx)
  await keys.insertNew([{ ...key, owner, lockedUntilMs: 0, resourceId: null, responseStatus: null, responseBody: null, createdAtMs }], tx)
  const record = await keys.lock(key, tx)
  if (!record) throw new Error('an idempotency key is gone in the transaction that wrote it')
  if (record.owner !== owner) {
    assertSameRequest(record, key)
    const replay = replayOf(record)
    if (!replay) throw new Refusal('request_in_progress', { retryAfterSeconds: 1 })
    return replay
  }
  const outcome = await work(tx)
  await keys.storeAnswer(key, { status: outcome.status, body: JSON.stringify(outcome.body) }, tx)
  return { ...outcome, isReplayed: false }
}

/** The refused work has been rolled back with its key; a repeat that came between the two transactions and was answered otherwise is the one that counts. */
export async function storeRefusal(
  { db, keys }: IdempotentParts,
  { key, path, requestId }: IdempotentRequest,
  refusal: Refusal,
): Promise<Answer> {
  const body = { ...problemOf(refusal, { instance: path, requestId }) }
  return db.transaction(async (tx) => {
    const owner = newId('event')
    await keys.insertNew(
      [
        {
          ...key,
          owner,
          lockedUntilMs: 0,
          resourceId: null,
          responseStatus: refusal.status,
          responseBody: JSON.stringify(body),
          createdAtMs: await db.now(tx),
        },
      ],
      tx,
    )
    const record = await keys.lock(key, tx)
    if (record && record.owner !== owner) {
      assertSameRequest(record, key)
      const replay = replayOf(record)
      if (replay) return replay
    }
    return { status: refusal.status, body, isReplayed: false }
  })
}
