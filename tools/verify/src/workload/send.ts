import { randomUUID } from 'node:crypto'
import type { Repeat } from '../plan/journey.ts'
import type { Client, Reply, Request } from './client.ts'

export interface Wish extends Request {
  repeat: Repeat
  /** What the key is misused for by `same_key_other_body`. */
  otherBody?: unknown
}

/** One thing that a person wants done, sent as often as the plan says. The first answer that did something, else the first at all; null: nobody knows. */
export async function send<T>(client: Client, { repeat, otherBody, ...wish }: Wish): Promise<Reply<T> | null> {
  const request = { ...wish, key: randomUUID() }
  const once = () => client.insist<T>(request)
  if (repeat === 'same_key_at_once') return best(await Promise.all([once(), once()]))
  if (repeat === 'other_key_at_once') return best(await Promise.all([once(), client.insist<T>({ ...wish, key: randomUUID() })]))
  const reply = await once()
  if (repeat === 'same_key_later') await once()
  if (repeat === 'same_key_other_body' && otherBody !== undefined) await client.insist({ ...request, body: otherBody })
  return reply
}

const best = <T>(replies: readonly (Reply<T> | null)[]): Reply<T> | null =>
  replies.find((reply) => reply && reply.status < 300) ?? replies.find((reply) => reply !== null) ?? null
