import { afterAll, beforeAll, expect, test } from 'vitest'
import { Cluster } from './cluster.ts'
import { simulate } from './simulate.ts'
import { setStage, type Stage } from './stage.ts'
import { standIn } from './stand-ins.ts'
import { WEAKNESSES } from './weaknesses.ts'
import { World } from './world.ts'

/** A guard that is missing shows in one run of a few; after so many the simulation could not see it at all. */
const SEEDS_FOR_A_TWIN = 60

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.close())

test('a run — played twice — is the same run to the last step, and that of another seed is another', async () => {
  const [first, again, other] = [await simulate({ seed: 7, stage }), await simulate({ seed: 7, stage }), await simulate({ seed: 8, stage })]
  expect(again.trace).toEqual(first.trace)
  expect(again.digest).toBe(first.digest)
  expect(other.digest).not.toBe(first.digest)
})

test('a run — that waits for something real — fails and does not stand still', async () => {
  const waitsForEver: Stage = { ...stage, clear: () => new Promise(() => undefined) }
  await expect(simulate({ seed: 7, stage: waitsForEver, realMsMax: 50 })).rejects.toThrow('seed 7 stands still')
})

test('a replica — that dies at the first statement of its life — is followed by another', async () => {
  await stage.clear()
  const world = new World(7)
  let deaths = 3
  world.strikes = () => (deaths -= 1) >= 0
  const takeAway = standIn(world, { hasStacks: false })
  const cluster = new Cluster({ world, stage })
  try {
    const work = async () => ({ status: 200, body: {}, isReplayed: false })
    const reply = cluster.call('anything', work)
    let isAnswered = false
    void reply.then(() => (isAnswered = true))
    await world.run(() => isAnswered)
    expect(await reply).toMatchObject({ status: 200 })
    expect(world.trace.filter((line) => line.endsWith('DIES'))).toHaveLength(3)
  } finally {
    cluster.close()
    await world.settle()
    takeAway()
  }
})

// Each guard of the service is taken away here, one at a time: the same runs must then see the harm. Runs that see none prove nothing.
test.each(WEAKNESSES)('runs — without $name — break an invariant', async ({ breaks, replace }) => {
  const seen: string[] = []
  for (let seed = 1; seed <= SEEDS_FOR_A_TWIN && !seen.some((violation) => breaks.test(violation)); seed += 1)
    seen.push(...(await simulate({ seed, stage, replace })).violations)
  expect(seen.filter((violation) => breaks.test(violation)).length, [...new Set(seen)].slice(0, 20).join('\n')).toBeGreaterThan(0)
})
