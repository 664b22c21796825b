import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { codeIn, finalBookings, idIn, idInPath, textIn } from './seen.ts'

/** Refusals that are kept under a key; another is free to turn out otherwise next time. */
const FINAL_CODES = ['already_paid', 'hold_expired', 'hold_consumed', 'booking_expired', 'booking_cancelled', 'not_cancellable']

/** An accepted payment is kept although it says when to ask again. */
const isStored = ({ answer }: Call): boolean =>
  answer !== null &&
  (answer.status === 202 ||
    (!answer.hasRetryAfter &&
      (answer.status < 300 ||
        answer.status === 402 ||
        (answer.status === 422 && codeIn(answer.body) !== 'idempotency_key_reused') ||
        (answer.status === 409 && FINAL_CODES.includes(codeIn(answer.body) ?? '')))))

/** Says nothing of whether it was done. */
const saysNothing = (call: Call): boolean =>
  call.answer === null ||
  call.answer.status >= 500 ||
  call.answer.status === 429 ||
  call.answer.status === 401 ||
  (call.answer.hasRetryAfter && !isStored(call))

/** I5. */
export const keysHaveOneEffect: Checker = {
  id: 'I5',
  title: 'one key, one effect, one answer',
  check(history, observations): Finding {
    const keyed = history.calls.filter(({ key }) => key !== null)
    const groups = [...Map.groupBy(keyed, ({ user, key }) => `${user} ${key}`).values()]
    const repeated = groups.filter(({ length }) => length > 1)
    return {
      violations: [...repeated.flatMap(keyViolations), ...effectsWithoutKey(history, observations)],
      looked: `${counted(groups.length, 'key')}, ${repeated.length} of them used again`,
    }
  },
}

const requestOf = ({ method, path, body }: Call): string => `${method} ${path} ${JSON.stringify(body)}`

function keyViolations(calls: readonly Call[]): string[] {
  const [first] = calls
  if (!first) return []
  const title = `${first.operation} by ${first.user} under key ${first.key}`
  const stored = calls.filter(isStored)
  if (new Set(stored.map(requestOf)).size > 1) return [`${title}: two different requests were both answered as done`]
  const found = stored.flatMap((kept) => calls.flatMap((other) => contradictions(kept, other)))
  return [...new Set(found)].map((how) => `${title}: ${how}`)
}

/** What one answer of a request says against a stored one. A pair of stored ones is looked at once, the older first. */
function contradictions(kept: Call, other: Call): string[] {
  if (other === kept || saysNothing(other) || requestOf(other) !== requestOf(kept)) return []
  const isLater = other.startedAtMs > kept.endedAtMs
  if (!isStored(other)) return isLater ? [`it was answered ${outcomeOf(kept)}, and later ${outcomeOf(other)}`] : []
  if (!isLater && !(overlap(kept, other) && kept.id < other.id)) return []
  const differ = areOneAnswer(kept, other, { inOrder: isLater })
    ? []
    : [`it was answered ${outcomeOf(kept)}, and ${isLater ? 'later ' : 'at the same time '}${outcomeOf(other)}`]
  const unmarked =
    isLater && other.answer?.isReplayed === false ? [`it was answered ${outcomeOf(kept)}, and the repeat does not say that it is one`] : []
  return [...differ, ...unmarked]
}

const overlap = (a: Call, b: Call): boolean => a.startedAtMs <= b.endedAtMs && b.startedAtMs <= a.endedAtMs

/** A payment that was answered 202 shows its present state to a repeat; everything else comes again as it was. */
function areOneAnswer(first: Call, second: Call, { inOrder }: { inOrder: boolean }): boolean {
  if (comparable(first) === comparable(second)) return true
  const isOpen = first.answer?.status === 202 || (!inOrder && second.answer?.status === 202)
  const ends = [201, 202, 402]
  return (
    isOpen &&
    ends.includes(second.answer?.status ?? 0) &&
    ends.includes(first.answer?.status ?? 0) &&
    paymentIn(first) === paymentIn(second)
  )
}

/** A decline is a problem document that names the payment. */
const paymentIn = ({ answer }: Call): string | null => idIn(answer?.body) ?? textIn(answer?.body, 'paymentId')

const outcomeOf = (call: Call): string => {
  const { answer } = call
  const what = [codeIn(answer?.body), paymentIn(call)].filter((text) => text !== null)
  return [answer?.status, ...what].join(' ')
}

/** The number of a request is its own. */
const comparable = ({ answer }: Call): string =>
  JSON.stringify([answer?.status, answer?.body], (name, value: unknown) => (name === 'requestId' ? undefined : value))

/** What is there in the end can have been done by as many requests as were made, and no more. */
function effectsWithoutKey({ calls }: History, observations: Observations): string[] {
  const keysOf = (operation: Call['operation'], isAbout: (call: Call) => boolean) =>
    new Set(calls.filter((call) => call.operation === operation && isAbout(call)).map(({ key }) => key)).size
  const bookings = finalBookings(observations)
  const payments = bookings.flatMap((booking) => {
    const keys = keysOf('pay', ({ path }) => idInPath(path) === booking.id)
    return booking.payments.length > keys
      ? [`${booking.id} has ${booking.payments.length} payments, made under ${counted(keys, 'key')}`]
      : []
  })
  const twice = [...Map.groupBy(bookings, ({ holdId }) => holdId)].filter(([, list]) => list.length > 1)
  return [
    ...payments,
    ...twice.map(([holdId, list]) => `${holdId} was booked ${list.length} times: ${list.map(({ id }) => id).join(', ')}`),
  ]
}
