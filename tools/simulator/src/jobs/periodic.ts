import type { Logger } from '@skyhold/platform/without-database'

export interface Periodic {
  /** Waits for the run that is going on; none starts after it. */
  close(): Promise<void>
}

/** Runs the work again and again, never twice at once. A failure is logged and the next turn tries again. */
export function every(milliseconds: number, work: () => void | Promise<void>, logger: Logger): Periodic {
  let running: Promise<void> | null = null
  const turn = async () => {
    try {
      await work()
    } catch (error) {
      logger.error({ err: error }, 'periodic work failed')
    }
  }
  const timer = setInterval(() => {
    running ??= turn().finally(() => {
      running = null
    })
  }, milliseconds)
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
