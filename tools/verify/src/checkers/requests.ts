import type { Call, History } from '../history/history.ts'
import type { Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { bookingsSeen, codeIn, finalBookings, idInPath, isCaptured } from './seen.ts'

/** Refusals that are kept under a key; another is free to turn out otherwise next time. */
const FINAL_CODES = ['already_paid', 'hold_expired', 'hold_consumed', 'booking_expired', 'booking_cancelled', 'not_cancellable']

const isStored = ({ answer }: Call): boolean =>
  answer !== null &&
  !answer.hasRetryAfter &&
  (answer.status < 300 ||
    answer.status === 402 ||
    (answer.status === 422 && codeIn(answer.body) !== 'idempotency_key_reused') ||
    (answer.status === 409 && FINAL_CODES.includes(codeIn(answer.body) ?? '')))

/** Says nothing of whether it was done. */
const saysNothing = ({ answer }: Call): boolean =>
  answer === null || answer.status >= 500 || answer.status === 429 || answer.status === 401 || answer.hasRetryAfter

/** I5. */
export const keysHaveOneEffect: Checker = {
  id: 'I5',
  title: 'one key, one effect, one answer',
  check(history, observations): Finding {
    const keyed = history.calls.filter(({ key, operation }) => key !== null && operation !== 'snoop')
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
  const ids = new Set(stored.filter(({ answer }) => (answer?.status ?? 0) < 300).map(({ answer }) => idIn(answer?.body)))
  if (ids.size > 1) return [`${title} did ${ids.size} things: ${[...ids].join(', ')}`]
  return stored.flatMap((kept) => laterThan(kept, calls).flatMap((later) => differenceOf(kept, later).map((how) => `${title}: ${how}`)))
}

const laterThan = (kept: Call, calls: readonly Call[]): Call[] =>
  calls.filter((call) => call.startedAtMs > kept.endedAtMs && requestOf(call) === requestOf(kept) && !saysNothing(call))

/** A payment that was answered 202 shows its present state to a repeat; everything else comes again as it was. */
function differenceOf(kept: Call, later: Call): string[] {
  if (kept.operation === 'pay' || kept.operation === 'confirm 3-D Secure') {
    const wasOpen = kept.answer?.status === 202
    if (wasOpen || kept.answer?.status === later.answer?.status) return []
  } else if (comparable(kept) === comparable(later)) return []
  return [`it was answered ${outcomeOf(kept)}, and later ${outcomeOf(later)}`]
}

const outcomeOf = ({ answer }: Call): string => `${answer?.status} ${codeIn(answer?.body) ?? idIn(answer?.body) ?? ''}`.trim()

/** The number of a request is its own. */
const comparable = ({ answer }: Call): string =>
  JSON.stringify([answer?.status, answer?.body], (name, value: unknown) => (name === 'requestId' ? undefined : value))

const idIn = (body: unknown): string | null =>
  typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string' ? body.id : null

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

/** I11. */
export const nothingAcknowledgedIsLost: Checker = {
  id: 'I11',
  title: 'what was acknowledged is there',
  check(history, observations): Finding {
    const bookings = new Map(finalBookings(observations).map((booking) => [booking.id, booking]))
    const acknowledged = new Set(bookingsSeen(history).map(({ thing }) => thing.id))
    const paid = history.calls.filter(({ operation, answer }) => operation === 'pay' && answer?.status === 201)
    const goneHolds = observations.holds.filter(({ hold }) => hold === null)
    return {
      violations: [
        ...[...acknowledged].filter((id) => !bookings.has(id)).map((id) => `${id} was shown to its owner, and is not there any more`),
        ...paid.flatMap((call) => {
          const payment = bookings.get(idInPath(call.path))?.payments.find(({ id }) => id === idIn(call.answer?.body))
          return payment && isCaptured(payment)
            ? []
            : [`${idIn(call.answer?.body)} was answered as captured, and is ${payment?.status ?? 'not there'}`]
        }),
        ...goneHolds.map(({ id }) => `${id} was granted, and is not there any more`),
        ...undoneCancellations(history, observations),
      ],
      looked: `${counted(acknowledged.size, 'booking')}, ${counted(paid.length, 'paid answer')}, ${counted(observations.holds.length, 'hold')}`,
    }
  },
}

function undoneCancellations({ calls }: History, observations: Observations): string[] {
  const bookingOfQuote = new Map(
    calls.filter(({ operation }) => operation === 'quote cancellation').map(({ path, answer }) => [idIn(answer?.body), idInPath(path)]),
  )
  const done = calls.filter(({ operation, answer }) => operation === 'cancel' && answer !== null && answer.status < 300)
  const ids = new Set(done.map(({ path }) => bookingOfQuote.get(idInPath(path))))
  return finalBookings(observations)
    .filter(({ id, status }) => ids.has(id) && status !== 'cancelled' && status !== 'cancellation_pending')
    .map(({ id, status }) => `${id}: its cancellation was acknowledged, and it is ${status}`)
}
