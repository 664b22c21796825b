import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEEDS_AMONG_TESTS } from '../../tools/stack/src/testing/seeds.ts'
import { type Outcome, replayCommand, simulate } from './simulate.ts'
import { setStage, type Stage } from './stage.ts'

const SEEDS_A_TEST = 50
const LAST_STEPS = 40

const report = ({ seed, violations, trace }: Outcome): string =>
  [`seed ${seed}: ${violations.join('\n')}`, ...trace.slice(-LAST_STEPS), `Play it again: ${replayCommand(seed)}`].join('\n')

/** Every run is played by one of `shares` files, so that as many processors share them. */
export function playSeeds({ share, shares }: { share: number; shares: number }): void {
  const chunks = Array.from({ length: SEEDS_AMONG_TESTS / SEEDS_A_TEST }, (_, i) => ({
    first: i * SEEDS_A_TEST + 1,
    last: (i + 1) * SEEDS_A_TEST,
  }))

  describe(`runs with crashes and losses, share ${share} of ${shares}`, () => {
    let stage: Stage
    beforeAll(async () => {
      stage = await setStage()
    })
    afterAll(() => stage.close())

    test.each(chunks.filter((_, i) => i % shares === share - 1))(
      'seeds $first to $last — end with every invariant kept',
      async ({ first, last }) => {
        const failures: string[] = []
        for (let seed = first; seed <= last; seed += 1) {
          const outcome = await simulate({ seed, stage })
          if (outcome.violations.length > 0) failures.push(report(outcome))
        }
        expect(failures.length, failures.join('\n\n')).toBe(0)
      },
    )
  })
}
