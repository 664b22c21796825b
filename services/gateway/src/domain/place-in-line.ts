import { createHmac } from 'node:crypto'
import { isSameSecret } from '@skyhold/platform/without-database'

/** A person's turn at a flight. Its time is fixed when it is taken, so nobody needs to keep the line: whoever came earlier has an earlier turn. */
export interface Place {
  flightId: string
  userId: string
  admittedAtMs: number
}

/** How long a turn lasts: enough to choose seats again when the first choice is gone. */
export const TURN_MS = 10 * 60_000

/** 132 bits, as many as the signature of a list's cursor has. */
const SIGNATURE_LENGTH = 22

export function signPlace(key: Buffer, { flightId, userId, admittedAtMs }: Place): string {
  const payload = Buffer.from(JSON.stringify([flightId, userId, admittedAtMs])).toString('base64url')
  return `${payload}.${signatureOf(key, payload)}`
}

/** The place that `signPlace` has made of it; null for anything else. */
export function openPlace(key: Buffer, text: string): Place | null {
  const [payload = '', signature = ''] = text.split('.')
  if (!isSameSecret(signature, signatureOf(key, payload))) return null
  const [flightId, userId, admittedAtMs] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string, string, number]
  return { flightId, userId, admittedAtMs }
}

export const isAdmitted = ({ admittedAtMs }: Place, nowMs: number): boolean => nowMs >= admittedAtMs && !hasLapsed({ admittedAtMs }, nowMs)
export const hasLapsed = ({ admittedAtMs }: Pick<Place, 'admittedAtMs'>, nowMs: number): boolean => nowMs > admittedAtMs + TURN_MS

/** How many are let in until it is this one's turn, itself counted. */
export const positionOf = ({ admittedAtMs }: Place, nowMs: number, intervalMs: number): number =>
  Math.max(0, Math.ceil((admittedAtMs - nowMs) / intervalMs))

export const secondsUntil = (atMs: number, nowMs: number): number => Math.max(0, Math.ceil((atMs - nowMs) / 1000))

const signatureOf = (key: Buffer, payload: string) =>
  createHmac('sha256', key).update(payload).digest('base64url').slice(0, SIGNATURE_LENGTH)
