import { Refusal, type Logger } from '@skyhold/platform'

/** So many may be under way; past that there are more than anybody sends by hand. */
const UNDER_WAY_MAX = 200

/** Work that goes on after its request has been answered. Refusal: rate_limited. */
export class Afterwards {
  readonly #logger: Logger
  readonly #underWay = new Set<Promise<void>>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  run(work: () => Promise<void>): void {
    if (this.#underWay.size >= UNDER_WAY_MAX) throw new Refusal('rate_limited', { retryAfterSeconds: 1 })
    const running = work()
      .catch((error: unknown) => this.#logger.error({ err: error }, 'work after an answer failed'))
      .finally(() => this.#underWay.delete(running))
    this.#underWay.add(running)
  }

  /** When all that is under way has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }
}
