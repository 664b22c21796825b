/** So many failures without an answer between them are no accident. */
const FAILURES_MAX = 5
/** How long a replica is left alone, and how far its probes are apart: short, since a restarted replica is ready within seconds. */
const OPEN_MS = 1_000

export type BreakerState = 'closed' | 'open' | 'half_open'

/**
 * Leaves a replica alone that does not answer, so that its callers hear so at once and not after its timeout. A failure is a connection that was refused or broke, or a
 * timeout; any answer is a success, 4xx and 5xx as well: who answers is there. When its time is over one request a second goes to it as a probe, and the first answer closes it again.
 * A probe that its client gives up needs no account: the next one goes a second later. A timeout of one call while others have been answered is that call's affair: else whoever
 * found one that takes too long could shut the replica to everybody.
 * Not a library: opossum wraps a call that returns a promise, and the proxy's answers are streams that it hears of piece by piece.
 */
export class Breaker {
  /** Told of each change. */
  onChange: (state: BreakerState) => void = () => undefined
  #failures = 0
  #answers = 0
  #state: BreakerState = 'closed'
  #nextProbeAtMs = 0

  get state(): BreakerState {
    return this.#state
  }

  /** Whether a request may go there now. */
  admits(nowMs: number): boolean {
    return this.#state === 'closed' || nowMs >= this.#nextProbeAtMs
  }

  /** A request goes there; while it is not closed, as the probe. */
  begin(nowMs: number): void {
    if (this.#state === 'closed') return
    this.#nextProbeAtMs = nowMs + OPEN_MS
    this.#become('half_open')
  }

  /** How often it has answered: whether there were answers since, a call can tell by it. */
  get answers(): number {
    return this.#answers
  }

  succeeded(): void {
    this.#failures = 0
    this.#answers += 1
    if (this.#state !== 'closed') this.#become('closed')
  }

  failed(nowMs: number): void {
    this.#failures += 1
    if (this.#failures < FAILURES_MAX) return
    this.#nextProbeAtMs = nowMs + OPEN_MS
    this.#become('open')
  }

  #become(state: BreakerState): void {
    if (state === this.#state) return
    this.#state = state
    this.onChange(state)
  }
}
