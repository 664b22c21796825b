import type { Call, History } from '../history/history.ts'
import { type Checker, counted, type Finding } from './checker.ts'

/** What the gateway gives a payment, and any other call; a second for the way. */
const PAYMENT_DEADLINE_MS = 31_000
const DEADLINE_MS = 11_000
/** A process that was killed starts again and reads its copies: its callers feel the fault so much longer. */
const AFTERMATH_MS = 20_000
/** Overload and absence are said politely. */
const POLITE = [502, 503, 504]

/** I10. */
export const everythingIsAnswered: Checker = {
  id: 'I10',
  title: 'every request is answered in time',
  check(history): Finding {
    const lost = history.calls.filter(({ answer }) => answer === null)
    const refused = history.calls.filter(({ answer }) => answer !== null && POLITE.includes(answer.status))
    return {
      violations: history.calls.flatMap((call) => answerViolation(history, call)),
      looked: `${counted(history.calls.length, 'request')}; by faults ${lost.length} lost, ${refused.length} answered 502 to 504`,
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
  if (answer === null) return [`${title} was lost (${call.lostBecause}), and nothing was broken then`]
  if (POLITE.includes(answer.status)) return [`${title} was answered ${answer.status}, and nothing was broken then`]
  const deadlineMs = operation === 'pay' || operation === 'confirm 3-D Secure' ? PAYMENT_DEADLINE_MS : DEADLINE_MS
  return tookMs > deadlineMs ? [`${title} was answered after ${tookMs} ms, and nothing was broken then`] : []
}

const isUnderFault = ({ faults }: History, { startedAtMs, endedAtMs }: Call): boolean =>
  faults.some(({ fromMs, toMs }) => fromMs <= endedAtMs && startedAtMs <= toMs + AFTERMATH_MS)

/** What to look for in the logs. */
const requestIdIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'requestId' in body ? String(body.requestId) : 'without a number'
