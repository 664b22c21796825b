import type { DeadLetterHandler } from '@skyhold/platform'
import { keepDeadLetter, type KeepDeadLetterDeps } from '../services/keep-dead-letter.ts'

/** Whatever ends among the dead letters of any consumer comes to the desk, where a person sees it. */
export const onDeadLetters =
  (deps: KeepDeadLetterDeps): DeadLetterHandler =>
  async (letter) => {
    await keepDeadLetter(letter, deps)
  }
