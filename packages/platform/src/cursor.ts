import { createHmac } from 'node:crypto'
import { invalidAt } from './refusal.ts'
import { isSameSecret } from './same-secret.ts'

/** Where a list goes on, as a signed text: a client cannot make one up or change it. */
export interface Cursors {
  encode(position: readonly (string | number)[]): string
  /** Throws 400 `invalid_request` at `/query/cursor` for anything that `encode` has not made for this list. */
  decode(cursor: string): (string | number)[]
}

/** `list` names the list, so that the cursor of one is of no use in another. */
export function createCursors(secret: string, list: string): Cursors {
  const sign = (payload: string) => createHmac('sha256', secret).update(`${list}.${payload}`).digest('base64url').slice(0, 22)
  return {
    encode(position) {
      const payload = Buffer.from(JSON.stringify(position)).toString('base64url')
      return `${payload}.${sign(payload)}`
    },
    decode(cursor) {
      const [payload = '', signature = ''] = cursor.split('.')
      if (!isSameSecret(signature, sign(payload)))
        throw invalidAt('/query/cursor', 'cursor', 'The cursor is not one that this list has given.')
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as (string | number)[]
    },
  }
}

/** What a list is asked for: at most `limit` of it, from where the cursor says. */
export interface PageQuery {
  limit?: number
  cursor?: string
}

export interface Page<T> {
  data: T[]
  nextCursor: string | null
}

/** The page of a list of which one more than `limit` was asked for: that one tells that there is a next page, whose cursor `cursorOf` makes of the last one here. */
export function pageOf<T>(found: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const data = found.slice(0, limit)
  const last = data.at(-1)
  return { data, nextCursor: last !== undefined && found.length > limit ? cursorOf(last) : null }
}
