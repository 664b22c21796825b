import { setTimeout as sleep } from 'node:timers/promises'

/** `npm run test:full` sets it: the long waits and the large numbers, for which `npm test` has no time. */
const isFull = process.env.SKYHOLD_TEST_FULL === '1'

/** A number of a test that has two sizes, such as `sized({ quick: 600, full: 5_000 })` buyers. The test is the same. */
export const sized = ({ quick, full }: { quick: number; full: number }): number => (isFull ? full : quick)

/** How long a fault lasts. What comes of it is waited for with `waitFor`, never with this. */
export const passing = (ms: number): Promise<void> => sleep(ms)
