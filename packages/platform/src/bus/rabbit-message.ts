import type { AsyncMessage, Envelope } from 'rabbitmq-client'
import { lineOf } from '../database/quoted-values.ts'
import type { DeadLetter } from './bus.ts'

const ATTEMPT = 'x-skyhold-attempt'
const REASON = 'x-skyhold-reason'
const REPLAY_OF = 'x-skyhold-replay-of'
/** Long enough for an error message, short enough for a header. */
const REASON_LENGTH_MAX = 500

export const reasonOf = (error: unknown): string => lineOf(error).slice(0, REASON_LENGTH_MAX)

export function attemptOf(message: AsyncMessage): number {
  const attempt: unknown = message.headers?.[ATTEMPT]
  return typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0 ? attempt : 1
}

export const traceOf = (message: AsyncMessage): string | null => textHeader(message, 'traceparent')

function textHeader(message: AsyncMessage, name: string): string | null {
  const value: unknown = message.headers?.[name]
  return typeof value === 'string' ? value : null
}

export const headersOf = ({
  traceparent,
  replayOf = null,
}: {
  traceparent: string | null
  replayOf?: string | null
}): Record<string, string> => ({
  ...(traceparent !== null && { traceparent }),
  ...(replayOf !== null && { [REPLAY_OF]: replayOf }),
})

/** The same message on its way to the next stop after a failure. Only headers of ours travel on: those that RabbitMQ adds would grow with every round. */
export const afterFailure = (message: AsyncMessage, { attempt, reason }: { attempt: number; reason: string }): Envelope => ({
  messageId: message.messageId ?? '',
  type: message.type ?? '',
  appId: message.appId ?? '',
  correlationId: message.correlationId ?? '',
  headers: {
    ...headersOf({ traceparent: traceOf(message), replayOf: textHeader(message, REPLAY_OF) }),
    [ATTEMPT]: attempt + 1,
    [REASON]: reason,
  },
})

/** The client has parsed the body where it could; what it could not parse is still a buffer. */
export function bodyOf({ body }: AsyncMessage): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

export function letterOf(queue: string, message: AsyncMessage): DeadLetter {
  // RabbitMQ notes its own hand-overs there; what a consumer puts away comes without.
  const isGivenUpByBroker = message.headers?.['x-death'] !== undefined
  return {
    queue,
    body: bodyOf(message).toString(),
    reason: isGivenUpByBroker
      ? 'RabbitMQ gave it up: too often its consumer ended, or lost its connection, while it was at work on it.'
      : (textHeader(message, REASON) ?? 'It lay among the dead letters without a reason.'),
    attempts: isGivenUpByBroker ? attemptOf(message) : Math.max(1, attemptOf(message) - 1),
    traceparent: traceOf(message),
    replayOf: textHeader(message, REPLAY_OF),
  }
}
