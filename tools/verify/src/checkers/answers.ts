import type { Felt } from '../history/events.ts'
import type { Call, History } from '../history/history.ts'
import type { Memory } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'

/** What the gateway gives a payment, and any other call; a second for the way. */
const PAYMENT_DEADLINE_MS = 31_000
const DEADLINE_MS = 11_000
/** A process that was killed starts again and reads its copies: its callers feel the fault so much longer. */
const AFTERMATH_MS = 20_000
/** Overload and absence are said politely. */
const POLITE = [502, 503, 504]
/** What a process may have grown by when everybody has gone: caches and pools that stay, and the garbage of the last minute. */
const GROWTH_FACTOR = 2
const GROWTH_BYTES = 150 * 1024 * 1024

/** I10. */
export const everythingIsAnswered: Checker = {
  id: 'I10',
  title: 'every request is answered in time',
  check(history, { memory }): Finding {
    const lost = history.calls.filter(({ answer }) => answer === null)
    const refused = history.calls.filter(({ answer }) => answer !== null && POLITE.includes(answer.status))
    return {
      violations: [...history.calls.flatMap((call) => answerViolation(history, call)), ...(memory ?? []).flatMap(growth)],
      looked: `${counted(history.calls.length, 'request')}; by faults ${lost.length} lost, ${refused.length} answered 502 to 504${memory ? `; the memory of ${counted(memory.length, 'process', 'processes')}` : ''}`,
      ...(memory ? {} : { unchecked: 'the memory of the processes cannot be read from here' }),
    }
  },
}

function answerViolation(history: History, call: Call): string[] {
  const { answer, operation, user, method, path } = call
  const title = `${operation} by ${user} (${method} ${path})`
  const tookMs = call.endedAtMs - call.startedAtMs
  if (answer !== null && answer.status >= 500 && !POLITE.includes(answer.status))
    return [`${title} was answered ${answer.status} (request ${requestIdIn(answer.body)})`]
  if (isUnderFault(history, call)) return []
  if (answer === null) return [`${title} was lost (${call.lostBecause}), and nothing on its way was broken then`]
  if (POLITE.includes(answer.status)) return [`${title} was answered ${answer.status}, and nothing on its way was broken then`]
  const deadlineMs = isPayment(call) ? PAYMENT_DEADLINE_MS : DEADLINE_MS
  return tookMs > deadlineMs ? [`${title} was answered after ${tookMs} ms, and nothing on its way was broken then`] : []
}

const isPayment = ({ operation }: Call): boolean => operation === 'pay' || operation === 'confirm 3-D Secure'

/** A fault excuses the calls that meet what it breaks, and no others: the broker and the mail server are on nobody's way. */
function isUnderFault({ faults }: History, call: Call): boolean {
  const way = wayOf(call)
  return faults.some(
    ({ feltAt, fromMs, toMs }) =>
      feltAt.some((place) => way.includes(place)) && fromMs <= call.endedAtMs && call.startedAtMs <= toMs + AFTERMATH_MS,
  )
}

/** What a call comes by. */
function wayOf(call: Call): Felt[] {
  const [, area = '', , part = ''] = call.path.split('?')[0]?.split('/') ?? []
  if (area === 'integrity') return ['gateway', 'identity', 'flights', 'bookings', 'notifications', 'provider']
  if (area === 'auth' || area === 'me') return ['gateway', 'identity']
  if (area === 'flights') return ['gateway', part === 'seat-map' ? 'bookings' : 'flights']
  return ['gateway', 'bookings', ...(isPayment(call) ? (['provider'] as const) : [])]
}

const growth = ({ process, beforeBytes, afterBytes }: Memory): string[] =>
  afterBytes > beforeBytes * GROWTH_FACTOR + GROWTH_BYTES
    ? [`${process} has ${mebibytes(afterBytes)} MiB of memory at rest and had ${mebibytes(beforeBytes)} before`]
    : []

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024)

/** What to look for in the logs. */
const requestIdIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'requestId' in body ? String(body.requestId) : 'without a number'
