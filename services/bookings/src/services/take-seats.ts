import { checkpoint, type Database, newId, problemOf, Refusal, type Transaction } from '@skyhold/platform'
import { seatKey, type TakenSeat, takenSeat, unavailable } from '../domain/award.ts'
import { type HoldRules, latestExpiry } from '../domain/hold.ts'
import { awardSeats, type HoldRequest, planHold } from '../domain/hold-request.ts'
import { type Answer, assertSameRequest, isFinal, replayOf } from '../domain/idempotency.ts'
import type { Audit } from '../repositories/audit.ts'
import { type Claims, claimsOf } from '../repositories/claims.ts'
import type { HoldQuotas } from '../repositories/hold-quotas.ts'
import type { HoldRow, Holds } from '../repositories/holds.ts'
import type { IdempotencyKeys, NewKey } from '../repositories/idempotency-keys.ts'
import type { InventoryMarks } from '../repositories/inventory-marks.ts'
import { holdView } from '../views/hold.ts'
import type { FlightCatalog } from './flight-catalog.ts'
import { GroupCommit, type Settled } from './group-commit.ts'
import { type Candidate, candidateOf, ends, open, putOffEqualKeys, refuseOn } from './hold-candidates.ts'

export interface TakeSeatsParts {
  db: Database
  catalog: FlightCatalog
  claims: Claims
  holds: Holds
  quotas: HoldQuotas
  keys: IdempotencyKeys
  marks: InventoryMarks
  audit: Audit
  rules: HoldRules
}

const PATH = '/api/v1/holds'
/** Larger groups gained nothing where it was measured and make the first wait for the last. */
const GROUP_MAX = 128
const GROUPS_AT_ONCE = 3
/** Half the pool's connections at most, so that the other groups have theirs. */
const ALONE_AT_ONCE = 5
/** A deadlock comes in a few percent of the worst groups, so hardly four times in a row; and a server that does not answer is not asked for longer than a client waits. */
const TRIES = 4

/**
 * Takes seats for a hold: all of them or none, the first request wins. Requests that arrive together share a transaction, and each has its own end.
 * Refusals: see design of `POST /holds`; `seat_unavailable` says who is in the way only by status and time.
 */
export class TakeSeats {
  readonly #parts: TakeSeatsParts
  readonly #groups: GroupCommit<HoldRequest, Answer>

  constructor(parts: TakeSeatsParts) {
    this.#parts = parts
    this.#groups = new GroupCommit({
      groupMax: GROUP_MAX,
      concurrency: parts.db.dialect === 'sqlite' ? 1 : GROUPS_AT_ONCE,
      aloneAtOnce: parts.db.dialect === 'sqlite' ? 1 : ALONE_AT_ONCE,
      // Who waits for a row that a stopped process has would keep his neighbours for as long as he tries: they go on without him.
      runGroup: (requests) => parts.db.transaction((tx) => this.#take(requests, tx), { tries: TRIES, onLockTimeout: 'throw' }),
    })
  }

  async take(request: HoldRequest): Promise<Answer> {
    const answer = await this.#groups.add(request)
    checkpoint('hold.taken')
    return answer
  }

  async #take(requests: readonly HoldRequest[], tx: Transaction): Promise<Settled<Answer>[]> {
    const group = requests.map(candidateOf)
    const users = [...new Set(group.map(({ request }) => request.userId))]
    await this.#parts.quotas.lock(users, tx)
    // Under the user's lock, so that the answer that another replica gives right now is found.
    await this.#replay(group, tx)
    putOffEqualKeys(open(group))
    if (open(group).length === 0) return ends(group)
    const flights = await this.#parts.catalog.load(
      [...new Set(open(group).flatMap(({ request }) => request.flights.map(({ flightId }) => flightId)))],
      tx,
    )
    // Read after the lock and once: every statement below means the same instant.
    const nowMs = await this.#parts.db.now(tx)
    const live = await this.#parts.quotas.countLive(users, nowMs, tx)
    for (const candidate of open(group))
      refuseOn(candidate, () => (candidate.planned = planHold(candidate.request, flights, { nowMs, rules: this.#parts.rules })))

    const taken = await this.#findTaken(open(group), nowMs, tx)
    for (const candidate of open(group)) refuseOn(candidate, () => this.#award(candidate, { taken, live, nowMs }))

    const winners = group.filter(({ hold }) => hold !== null)
    const hasLosers = winners.length > 0 && (await this.#claim(winners, nowMs, tx))
    // Whoever was refused for the sake of a winner that lost after all is judged again: those seats may be free.
    if (hasLosers)
      for (const candidate of group) if (candidate.isJudged && candidate.end?.kind === 'refused') candidate.end = { kind: 'again' }
    await this.#settleKeys(group, nowMs, tx)
    await this.#record(
      group.flatMap(({ hold, request }) => (hold ? [{ hold, requestId: request.requestId }] : [])),
      tx,
    )
    return ends(group)
  }

  /** Answers again what is stored under a key. */
  async #replay(group: readonly Candidate[], tx: Transaction): Promise<void> {
    const records = await this.#parts.keys.find(
      group.map(({ request }) => request.key),
      tx,
    )
    for (const record of records) {
      for (const candidate of group.filter(({ request: { key } }) => key.scope === record.scope && key.idemKey === record.idemKey)) {
        refuseOn(candidate, () => assertSameRequest(record, candidate.request.key))
        const value = replayOf(record)
        if (!candidate.end && value) candidate.end = { kind: 'done', value }
      }
    }
  }

  /** Who has the seats that are asked for; of a flight where the choice is ours, all its seats. */
  async #findTaken(group: readonly Candidate[], nowMs: number, tx: Transaction): Promise<Map<string, TakenSeat>> {
    const planned = group.flatMap((candidate) => candidate.planned)
    const chooseOn = [...new Set(planned.filter(({ seats }) => seats.includes(null)).map(({ flight }) => flight.id))]
    const named = planned
      .filter(({ flight }) => !chooseOn.includes(flight.id))
      .flatMap(({ flight, seats }) => seats.map((seat) => ({ flightId: flight.id, seat: seat ?? '' })))
    const distinct = [...new Map(named.map((key) => [seatKey(key.flightId, key.seat), key])).values()]
    const claims = [...(await this.#parts.claims.find(distinct, tx)), ...(await this.#parts.claims.listOfFlights(chooseOn, tx))]
    const lapsedByMs = this.#parts.claims.lapsedBy(nowMs)
    const standing = claims.filter((claim) => claim.state !== 'held' || claim.expiresAtMs === null || claim.expiresAtMs > lapsedByMs)
    return new Map(standing.map((claim) => [seatKey(claim.flightId, claim.seat), takenSeat(claim)]))
  }

  /** In order of arrival: a request loses only to a claim that stands, or to an earlier winner of the group. */
  #award(candidate: Candidate, { taken, live, nowMs }: { taken: Map<string, TakenSeat>; live: Map<string, number>; nowMs: number }): void {
    const { request, planned } = candidate
    const { rules } = this.#parts
    candidate.isJudged = true
    const count = live.get(request.userId) ?? 0
    if (count >= rules.perUserMax)
      throw new Refusal('hold_limit_reached', {
        detail: `You have ${count} live holds; ${rules.perUserMax} is the most. Release one or let it expire.`,
      })
    const awarded = awardSeats(planned, taken)
    if ('taken' in awarded) throw unavailable(awarded.taken, nowMs)

    live.set(request.userId, count + 1)
    const firstDepartureMs = Math.min(...planned.map(({ flight }) => flight.departsAtMs))
    const expiresAtMaxMs = latestExpiry(rules, { createdAtMs: nowMs, firstDepartureMs })
    const expiresAtMs = Math.min(nowMs + rules.ttlMs, expiresAtMaxMs)
    const seats = awarded.flights.flatMap(({ flightId, seats }) => seats.map(({ designator }) => ({ flightId, seat: designator })))
    for (const { flightId, seat } of seats) taken.set(seatKey(flightId, seat), { flightId, seat, status: 'held', heldUntilMs: expiresAtMs })
    const { amountMinor, currency } = awarded.total
    candidate.hold = {
      id: newId('hold'),
      operatorId: request.operatorId,
      userId: request.userId,
      status: 'active',
      createdAtMs: nowMs,
      expiresAtMs,
      expiresAtMaxMs,
      totalMinor: amountMinor,
      currency,
      seatCount: seats.length,
      flights: awarded.flights,
    }
  }

  /**
   * Writes the claims and reads the owners back: another process may have been first, and then the request has lost all its seats. It is refused for those it has named;
   * where the choice was ours we choose again. True when one has lost.
   */
  async #claim(winners: readonly Candidate[], nowMs: number, tx: Transaction): Promise<boolean> {
    const claims = winners.flatMap(({ hold }) => (hold ? claimsOf(hold) : []))
    await this.#parts.claims.takeOver(claims, nowMs, tx)
    const owners = new Map((await this.#parts.claims.find(claims, tx)).map((claim) => [seatKey(claim.flightId, claim.seat), claim]))
    let hasLosers = false
    for (const candidate of winners) {
      const { hold, request } = candidate
      if (!hold) continue
      const lost = claimsOf(hold).flatMap(({ flightId, seat }) => {
        const claim = owners.get(seatKey(flightId, seat))
        return claim && claim.holdId !== hold.id ? [takenSeat(claim)] : []
      })
      if (lost.length === 0) continue
      await this.#parts.claims.giveBack([hold.id], tx)
      candidate.hold = null
      const named = lost.filter(({ flightId, seat }) =>
        request.flights.some((wanted) => wanted.flightId === flightId && wanted.seats.includes(seat)),
      )
      candidate.end = named.length ? { kind: 'refused', refusal: unavailable(named, nowMs) } : { kind: 'again' }
      candidate.isJudged = false
      hasLosers = true
    }
    return hasLosers
  }

  /**
   * Stores the answers. A key that another replica has stored meanwhile means that this is a repeat of its request: whatever was got here is given back, and the request
   * comes again to be answered from the key. That holds for a loser too, who may have lost to himself.
   */
  async #settleKeys(group: readonly Candidate[], nowMs: number, tx: Transaction): Promise<void> {
    const concerned = group.filter(
      ({ end }) =>
        end?.kind !== 'done' && end?.kind !== 'again' && !(end?.kind === 'refused' && end.refusal.code === 'idempotency_key_reused'),
    )
    if (concerned.length === 0) return
    const mine = new Map<string, Candidate>()
    const rows = concerned.flatMap((candidate): NewKey[] => {
      const answer = this.#answerOf(candidate, nowMs)
      if (!answer) return []
      const owner = newId('event')
      mine.set(owner, candidate)
      return [
        {
          ...candidate.request.key,
          owner,
          lockedUntilMs: 0,
          resourceId: candidate.hold?.id ?? null,
          responseStatus: answer.status,
          responseBody: JSON.stringify(answer.body),
          createdAtMs: nowMs,
        },
      ]
    })
    await this.#parts.keys.insertNew(rows, tx)
    for (const record of await this.#parts.keys.find(
      concerned.map(({ request }) => request.key),
      tx,
    )) {
      const candidate = concerned.find(({ request: { key } }) => key.scope === record.scope && key.idemKey === record.idemKey)
      if (!candidate || mine.get(record.owner) === candidate) continue
      if (candidate.hold) await this.#parts.claims.giveBack([candidate.hold.id], tx)
      candidate.hold = null
      candidate.end = { kind: 'again' }
    }
  }

  /** The answer that is stored: the hold, or a refusal that is final. */
  #answerOf({ hold, end, request }: Candidate, nowMs: number): Answer | null {
    if (hold) return { status: 201, body: { ...holdView(hold, { nowMs }) }, isReplayed: false }
    if (end?.kind !== 'refused' || !isFinal(end.refusal)) return null
    return {
      status: end.refusal.status,
      body: { ...problemOf(end.refusal, { instance: PATH, requestId: request.requestId }) },
      isReplayed: false,
    }
  }

  async #record(taken: readonly { hold: HoldRow; requestId: string }[], tx: Transaction): Promise<void> {
    if (taken.length === 0) return
    await this.#parts.holds.insert(
      taken.map(({ hold }) => hold),
      tx,
    )
    await this.#parts.audit.append(
      taken.map(({ hold, requestId }) => ({
        aggregateType: 'hold' as const,
        aggregateId: hold.id,
        from: null,
        to: hold.status,
        atMs: hold.createdAtMs,
        actor: hold.userId,
        requestId,
      })),
      tx,
    )
    await this.#parts.marks.add(
      taken.flatMap(({ hold }) => hold.flights.map(({ flightId }) => flightId)),
      tx,
    )
  }
}
